import { explain, type LayeredModel, rowOf } from '@explainnet/core'
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
  const labels = model.card?.labels ?? []
  const [, height, width] = model.inputs[0]!.shape as [null, number, number]
  const from = [await model.fingerprint?.(), files]
  const { sums, counts } = await kept({ folder: keep, name: 'global-saliency', from }, async () => {
    const totals = labels.map(() => new Float64Array(width * height))
    const seen = labels.map(() => 0)
    let done = 0
    for await (const batch of batchedInputs(model, folder, files, 16)) {
      const { maps } = await explain(model, batch.input, saliency(), { signal })
      const strongest = maxOverChannels(Object.values(maps)[0]!)
      batch.labels.forEach((label, i) => {
        const row = rowOf(strongest, i)
        const scale = row.reduce((sum, value) => sum + value, 0)
        const index = labels.indexOf(label)
        seen[index]!++
        row.forEach((value, k) => {
          totals[index]![k]! += scale > 0 ? value / scale : 0
        })
      })
      done += batch.labels.length
      onProgress?.(done / files.length, `global saliency: ${done} of ${files.length}`)
    }
    return { sums: totals.map((total) => Array.from(total, (value) => Number(value.toPrecision(4)))), counts: seen }
  })
  const mean = (sum: readonly number[], count: number) =>
    normaliseGrid({ width, height, data: Float32Array.from(sum, (value) => value / Math.max(1, count)) })
  const all = sums.reduce((total, sum) => total.map((value, i) => value + sum[i]!))
  const images = counts.reduce((a, b) => a + b)
  return { perClass: sums.map((sum, i) => mean(sum, counts[i]!)), overall: mean(all, images), images }
}
