import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AttributionMethod,
  ExplainError,
  explain,
  type LayeredModel,
  type NDArray,
  prepareImage,
  type RawImage,
  rowOf,
  toRaw,
} from '@explainnet/core'
import { type LabelledFile, listFolder, readFolder } from '@explainnet/datasets/folder'
import { gradCam, gradCamPlusPlus } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { decodeImage } from '@explainnet/node'
import { inputXGradient, maxOverChannels, saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { type NormalisedGrid, normalise, normaliseGrid } from '@explainnet/viz'
import { preprocessingOf } from './explain-images.ts'
import { chooseSmoothing, type SmoothingChoice } from './smoothing.ts'

export interface StudyOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number, text: string) => void) | undefined
}

/** One photograph of a class, held out from training, as the figures show it. */
export interface StudyImage {
  readonly label: string
  readonly path: string
  readonly raw: RawImage
  readonly input: NDArray
}

/** The first held-out photograph of each class of the model, in the order of its labels. */
export async function oneImageAClass(
  model: LayeredModel,
  folder: string,
  heldOut: readonly LabelledFile[],
): Promise<StudyImage[]> {
  const firsts = (model.card?.labels ?? []).flatMap((label) => heldOut.find((file) => file.label === label) ?? [])
  if (firsts.length === 0) {
    throw new ExplainError('bad-file', `${folder} has none of the held-out pictures.`, 'Give the folder of POLLEN23E.')
  }
  const images: StudyImage[] = []
  for await (const { image, label, path } of readFolder(folder, firsts, { decode: decodeImage })) {
    images.push({ label, path, raw: image, input: prepareImage(image, preprocessingOf(model)).input })
  }
  return images
}

export interface TechniqueRow {
  readonly name: string
  readonly probability: number | undefined
  readonly image: RawImage
  readonly maps: readonly NormalisedGrid[]
}

export const studyTechniques = [
  'Saliency',
  'Saliency, capped',
  '|Gradient| × input',
  'SmoothGrad',
  'Integrated gradients',
  'Grad-CAM',
  'Grad-CAM++',
] as const

/** Every technique of the study on one photograph a class; the target is the predicted class. */
export async function techniquesForEveryClass(
  model: LayeredModel,
  images: readonly StudyImage[],
  smoothing: { readonly noise: number; readonly samples: number },
  { signal, onProgress }: StudyOptions,
): Promise<TechniqueRow[]> {
  const rows: TechniqueRow[] = []
  for (const [place, image] of images.entries()) {
    onProgress?.(place / images.length, `${image.label}: all techniques`)
    const run = (method: AttributionMethod<'gradients' | 'layers'>) => explain(model, image.input, method, { signal })
    const only = async (method: AttributionMethod<'gradients' | 'layers'>) =>
      Object.values((await run(method)).maps)[0]!
    const gradient = await run(saliency())
    const gradientMap = Object.values(gradient.maps)[0]!
    const noise = noiseShare(model, image.input, smoothing.noise)
    const target = gradient.certificate.targets[0]!
    const strongest = maxOverChannels(gradientMap)
    rows.push({
      name: target.name === image.label ? image.label : `${image.label} → ${target.name}`,
      probability: target.probability,
      image: toRaw(image.input, preprocessingOf(model)),
      maps: [
        normalise(strongest, 0, { percentile: 100 }),
        normalise(strongest, 0, { percentile: 99 }),
        normalise(maxOverChannels(await only(inputXGradient({ absolute: true })))),
        normalise(maxOverChannels(await only(smoothGrad(saliency(), { noise, samples: smoothing.samples })))),
        normalise(await only(integratedGradients())),
        normalise(await only(gradCam())),
        normalise(await only(gradCamPlusPlus())),
      ],
    })
  }
  onProgress?.(1, 'all techniques')
  return rows
}

/** σ in raw units of 255 as the share of this input's own range that SmoothGrad takes. */
export function noiseShare(model: LayeredModel, input: NDArray, sigma: number): number {
  const { range = [0, 1], std = [1] } = model.card?.input ?? {}
  const span = (Math.abs(range[1] - range[0]) * std.reduce((sum, one) => sum + 1 / one, 0)) / std.length
  const low = input.data.reduce((a, b) => Math.min(a, b))
  const high = input.data.reduce((a, b) => Math.max(a, b))
  return high > low ? ((sigma / 255) * span) / (high - low) : 0
}

export interface GlobalMaps {
  readonly labels: readonly string[]
  readonly perClass: readonly NormalisedGrid[]
  readonly overall: NormalisedGrid
  readonly images: number
}

/** Mean of max over channels |gradient| per class and over the whole folder, each image's map scaled to sum 1. */
export async function globalSaliency(
  model: LayeredModel,
  folder: string,
  { signal, onProgress }: StudyOptions,
): Promise<GlobalMaps> {
  const labels = model.card?.labels ?? []
  const files = (await listFolder(folder)).filter((file) => labels.includes(file.label))
  const [height, width] = preprocessingOf(model).size!
  const sums = labels.map(() => new Float64Array(width * height))
  const counts = labels.map(() => 0)
  let batch: { input: NDArray; label: number }[] = []
  let done = 0
  const flush = async () => {
    const data = new Float32Array(batch.reduce((sum, one) => sum + one.input.data.length, 0))
    batch.forEach(({ input }, i) => {
      data.set(input.data, i * input.data.length)
    })
    const shape = [batch.length, ...batch[0]!.input.shape.slice(1)]
    const { maps } = await explain(model, { shape, data }, saliency(), { signal })
    const strongest = maxOverChannels(Object.values(maps)[0]!)
    batch.forEach(({ label }, i) => {
      const row = rowOf(strongest, i)
      const total = row.reduce((sum, value) => sum + value, 0)
      counts[label]!++
      row.forEach((value, k) => {
        sums[label]![k]! += total > 0 ? value / total : 0
      })
    })
    done += batch.length
    onProgress?.(done / files.length, `global saliency: ${done} of ${files.length}`)
    batch = []
  }
  for await (const { image, label } of readFolder(folder, files, { decode: decodeImage, onCorrupt: 'skip' })) {
    batch.push({ input: prepareImage(image, preprocessingOf(model)).input, label: labels.indexOf(label) })
    if (batch.length === 16) await flush()
  }
  if (batch.length > 0) await flush()
  const grid = (values: Float64Array, count: number) =>
    normaliseGrid({ width, height, data: Float32Array.from(values, (value) => value / Math.max(1, count)) })
  const all = new Float64Array(width * height)
  for (const sum of sums) sum.forEach((value, k) => void (all[k]! += value))
  return {
    labels,
    perClass: sums.map((sum, label) => grid(sum, counts[label]!)),
    overall: grid(all, done),
    images: done,
  }
}

export interface ConvergenceSummary {
  readonly images: number
  readonly converged: number
  readonly evaluations: { readonly median: number; readonly largest: number }
  readonly completeness: { readonly median: number; readonly largest: number }
}

/** How default integrated gradients does on all held-out photographs. */
export async function integratedGradientsStop(
  model: LayeredModel,
  folder: string,
  heldOut: readonly LabelledFile[],
  { signal, onProgress }: StudyOptions,
): Promise<ConvergenceSummary> {
  const evaluations: number[] = []
  const relative: number[] = []
  let converged = 0
  for await (const { image, path } of readFolder(folder, heldOut, { decode: decodeImage })) {
    onProgress?.(evaluations.length / heldOut.length, `integrated gradients: ${path}`)
    const { input } = prepareImage(image, preprocessingOf(model))
    const { evidence } = (await explain(model, input, integratedGradients(), { signal })).certificate
    evaluations.push(evidence.evaluations![0]!)
    relative.push(evidence.completeness!.relative[0]!)
    if (evidence.converged![0]) converged++
  }
  return { images: evaluations.length, converged, evaluations: spread(evaluations), completeness: spread(relative) }
}

function spread(values: readonly number[]): { median: number; largest: number } {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, largest: sorted.at(-1) ?? Number.NaN }
}

/** SmoothGrad's noise and samples on one held-out photograph a class, kept in `folder` so that it is computed once. */
export async function smoothingChoice(
  model: LayeredModel,
  images: readonly StudyImage[],
  folder: string,
  { signal, onProgress }: StudyOptions,
): Promise<SmoothingChoice> {
  return kept(folder, 'smoothing', [await model.fingerprint?.(), images.map((image) => image.path)], () =>
    chooseSmoothing(
      model,
      images.map((image) => image.input),
      {
        ...(signal ? { signal } : {}),
        onProgress: (share) => onProgress?.(share, 'choosing noise and samples of SmoothGrad'),
      },
    ),
  )
}

/** A result read back if it was computed from the same things before, else computed and written whole. */
export async function kept<T>(folder: string, name: string, from: unknown, compute: () => Promise<T>): Promise<T> {
  const key = createHash('sha256').update(JSON.stringify(from)).digest('hex')
  const file = join(folder, `${name}.json`)
  const before = await readFile(file, 'utf8').catch(() => undefined)
  if (before !== undefined) {
    const stored = parse(before) as { key?: string; value: T } | undefined
    if (stored?.key === key) return stored.value
  }
  const value = await compute()
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(`${file}.part`, JSON.stringify({ key, value }))
    await rename(`${file}.part`, file)
  } catch (cause) {
    throw new ExplainError('unwritable', `${folder} cannot be written.`, 'Choose another folder with --out.', { cause })
  }
  return value
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
