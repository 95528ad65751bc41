import { explain, type LayeredModel, prepareImage, preprocessingPresets } from '@explainnet/core'
import { type LabelledFile, readFolder } from '@explainnet/datasets/folder'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { bootstrapMean, type Interval, mapSimilarity } from '@explainnet/metrics'
import { decodeImage } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { evaluateFolder } from '../evaluate/folder.ts'
import { preprocessingOf } from '../study/explain-images.ts'
import { kept } from '../study/kept.ts'
import type { StageOptions } from '../study/stage.ts'
import { steps } from './explanations.ts'

/** What feeding ImageNet-normalised pixels to a network trained on others does. JSON. */
export interface WrongScaling {
  readonly right: { readonly correct: number; readonly count: number }
  readonly wrong: { readonly correct: number; readonly count: number }
  /** Images whose maps were compared. */
  readonly images: number
  /** Mean rank correlation of the wrong map with the right one, of the class that is right-fed predicted. */
  readonly similarity: { readonly saliency: Interval; readonly integratedGradients: Interval }
}

/** Evaluates twice, and explains every `every`th file twice by both methods. */
export async function wrongScaling(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
  every: number,
  { folder: keep, signal, onProgress }: StageOptions,
): Promise<WrongScaling> {
  const right = preprocessingOf(model)
  const { range, mean, std } = preprocessingPresets.torch
  const wrong = { ...right, range, mean, std }
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
    // Zero in the network's own units: the black picture where it is fed rightly.
    const methods = { saliency: saliency(), integratedGradients: integratedGradients({ steps, baseline: 'zero' }) }
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
