import {
  explain,
  type LayeredModel,
  type Preprocessing,
  prepareImage,
  preprocessingPresets,
  toRaw,
} from '@explainnet/core'
import { type LabelledFile, readFolder } from '@explainnet/datasets/folder'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { bootstrapMean, type Interval, mapSimilarity } from '@explainnet/metrics'
import { decodeImage } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { normalise, techniqueGridFigure } from '@explainnet/viz'
import { evaluateFolder } from '../evaluate/folder.ts'
import { preprocessingOf } from '../study/explain-images.ts'
import { kept } from '../study/kept.ts'
import type { PageFigure } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import { className } from '../train/tiny-imagenet/test-files.ts'
import { type ChosenImage, steps } from './explanations.ts'

/** What feeding ImageNet-normalised pixels to a network trained on others does. JSON. */
export interface WrongScaling {
  readonly right: { readonly correct: number; readonly count: number }
  readonly wrong: { readonly correct: number; readonly count: number }
  /** Images whose maps were compared. */
  readonly images: number
  /** Mean rank correlation of the wrong map with the right one, of the class that is right-fed predicted. */
  readonly similarity: { readonly saliency: Interval; readonly integratedGradients: Interval }
}

const wrongly = (right: Preprocessing): Preprocessing => {
  const { range, mean, std } = preprocessingPresets.torch
  return { ...right, range, mean, std }
}

// Zero in the network's own units: the black picture where it is fed rightly.
const methods = { saliency: saliency(), integratedGradients: integratedGradients({ steps, baseline: 'zero' }) }

/** Evaluates twice, and explains every `every`th file twice by both methods. */
export async function wrongScaling(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
  every: number,
  { folder: keep, signal, onProgress }: StageOptions,
): Promise<WrongScaling> {
  const right = preprocessingOf(model)
  const wrong = wrongly(right)
  const from = [await model.fingerprint?.(), right, wrong, files, every]
  return kept({ folder: keep, name: 'wrong-scaling', from }, async () => {
    const accuracy = async (input: typeof right) => {
      const fed = { ...model, card: { ...model.card, input } }
      const { correct, count } = await evaluateFolder(fed, folder, { decode: decodeImage, files, signal })
      return { correct, count }
    }
    onProgress?.(0, 'pixels scaled as for another network')
    const accuracies = { right: await accuracy(right), wrong: await accuracy(wrong) }
    const chosen = files.filter((_, i) => i % every === 0)
    const values = { saliency: [] as number[], integratedGradients: [] as number[] }
    for await (const { image, path } of readFolder(folder, chosen, { decode: decodeImage, onCorrupt: 'skip' })) {
      onProgress?.(values.saliency.length / chosen.length, `maps of wrong pixels: ${path}`)
      const [good, bad] = [right, wrong].map((preprocessing) => prepareImage(image, preprocessing).input)
      for (const name of ['saliency', 'integratedGradients'] as const) {
        const first = await explain(model, good!, methods[name], { signal })
        const target = first.certificate.targets[0]!.index!
        const second = await explain(model, bad!, methods[name], { target, signal })
        values[name].push(mapSimilarity(first, second)[0]!.spearmanAbsolute)
      }
    }
    return {
      ...accuracies,
      images: values.saliency.length,
      similarity: {
        saliency: bootstrapMean(values.saliency),
        integratedGradients: bootstrapMean(values.integratedGradients),
      },
    }
  })
}

/** The maps of one picture from the pixels that the network was trained on, and from those that the study fed. */
export async function wrongScalingFigure(
  model: LayeredModel,
  { name, image }: ChosenImage,
  signal?: AbortSignal,
): Promise<PageFigure> {
  const right = preprocessingOf(model)
  const picture = toRaw(prepareImage(image, right).input, right)
  const rows = []
  for (const preprocessing of [right, wrongly(right)]) {
    const { input } = prepareImage(image, preprocessing)
    const gradient = await explain(model, input, methods.saliency, { signal })
    const integrated = await explain(model, input, methods.integratedGradients, { signal })
    const target = gradient.certificate.targets[0]!
    rows.push({
      name: className(target.name),
      probability: target.probability,
      image: picture,
      maps: [
        normalise(Object.values(gradient.maps)[0]!, 0, { reduction: 'max-abs' }),
        normalise(Object.values(integrated.maps)[0]!),
      ],
    })
  }
  return {
    file: 'wrong-scaling',
    caption:
      'Above: pixels from 0 to 255, as the published network was trained on. Below: the same picture normalised with ImageNet’s mean and deviation, as the study fed it for its maps, and what the network then takes it for.',
    figure: techniqueGridFigure({
      title: `Pixels as trained on and as fed: ${name}`,
      techniques: ['Saliency', 'Integrated gradients'],
      rows,
      cell: 180,
    }),
  }
}
