import { explain, type LayeredModel, type NDArray, rowOf } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { maxOverChannels, saliency } from '@explainnet/saliency'
import { type NormalisedGrid, normaliseGrid } from '@explainnet/viz'
import { batchedInputs } from './batched.ts'
import { kept } from './kept.ts'
import type { StageOptions } from './stage.ts'

export interface GlobalMaps {
  /** In the order of the model's labels; of classes without a picture, a flat map. */
  readonly perClass: readonly NormalisedGrid[]
  readonly overall: NormalisedGrid
  readonly images: number
}

/** Sums of maps and numbers of pictures, by class. JSON. */
interface ClassSums {
  readonly sums: readonly (readonly number[])[]
  readonly counts: readonly number[]
}

/**
 * Global saliency: the mean over pictures of max over channels |gradient|, per class and over all, each picture's map scaled
 * to sum 1, so that none outweighs the others. One forward and one backward pass a picture.
 */
export async function globalSaliency(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
  { folder: keep, signal, onProgress }: StageOptions,
): Promise<GlobalMaps> {
  const from = [await model.fingerprint?.(), files]
  const sums = await kept({ folder: keep, name: 'global-saliency', from }, () =>
    sumSaliency(model, batchedInputs(model, folder, files, 16), {
      signal,
      onDone: (done) => onProgress?.(done / files.length, `global saliency: ${done} of ${files.length}`),
    }),
  )
  return meanMaps(model, sums)
}

/** The same of pictures that are prepared already, in batches. */
export async function globalSaliencyOf(model: LayeredModel, batches: Batches): Promise<GlobalMaps> {
  return meanMaps(model, await sumSaliency(model, batches, {}))
}

type Batches = AsyncIterable<{ readonly input: NDArray; readonly labels: readonly string[] }>

async function sumSaliency(
  model: LayeredModel,
  batches: Batches,
  { signal, onDone }: { readonly signal?: AbortSignal | undefined; readonly onDone?: (pictures: number) => void },
): Promise<ClassSums> {
  const labels = model.card?.labels ?? []
  const [, height, width] = model.inputs[0]!.shape as [null, number, number]
  const totals = labels.map(() => new Float64Array(width * height))
  const counts = labels.map(() => 0)
  let done = 0
  for await (const batch of batches) {
    const { maps } = await explain(model, batch.input, saliency(), { signal })
    const strongest = maxOverChannels(Object.values(maps)[0]!)
    batch.labels.forEach((label, i) => {
      const row = rowOf(strongest, i)
      const scale = row.reduce((sum, value) => sum + value, 0)
      const index = labels.indexOf(label)
      counts[index]!++
      row.forEach((value, k) => {
        totals[index]![k]! += scale > 0 ? value / scale : 0
      })
    })
    done += batch.labels.length
    onDone?.(done)
  }
  return { sums: totals.map((total) => Array.from(total, (value) => Number(value.toPrecision(4)))), counts }
}

function meanMaps(model: LayeredModel, { sums, counts }: ClassSums): GlobalMaps {
  const [, height, width] = model.inputs[0]!.shape as [null, number, number]
  const mean = (sum: readonly number[], count: number) =>
    normaliseGrid({ width, height, data: Float32Array.from(sum, (value) => value / Math.max(1, count)) })
  const all = sums.reduce<readonly number[]>(
    (total, sum) => total.map((value, i) => value + sum[i]!),
    sums[0]!.map(() => 0),
  )
  const images = counts.reduce((a, b) => a + b)
  return { perClass: sums.map((sum, i) => mean(sum, counts[i]!)), overall: mean(all, images), images }
}
