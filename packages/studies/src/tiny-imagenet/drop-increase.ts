import type { LayeredModel, NDArray } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { gradCam, gradCamPlusPlus } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { occlusion } from '@explainnet/occlusion'
import { rise } from '@explainnet/rise'
import { saliency } from '@explainnet/saliency'
import { sise } from '@explainnet/sise'
import { smoothGrad } from '@explainnet/smooth-grad'
import {
  type ChangeSummary,
  confidenceChanges,
  randomMap,
  summarise,
  type TableMethod,
} from '../confidence-change/index.ts'
import { batchedInputs } from '../study/batched.ts'
import type { StageOptions } from '../study/stage.ts'
import { steps } from './explanations.ts'

/** The share of a map that is kept, as for the histology tiles: the study names none. */
export const frac = 0.9

/** The rows of the table, the cheapest first. */
export const tableMethods = (): readonly TableMethod[] => [
  { name: 'random-map', title: 'Random map', method: randomMap() },
  { name: 'saliency', title: 'Saliency', method: saliency(), channels: 'max-absolute' },
  { name: 'grad-cam', title: 'Grad-CAM', method: gradCam() },
  { name: 'grad-cam-plus-plus', title: 'Grad-CAM++', method: gradCamPlusPlus() },
  {
    name: 'smooth-grad',
    title: 'SmoothGrad, 20 samples',
    method: smoothGrad(saliency(), { samples: 20 }),
    channels: 'max-absolute',
  },
  {
    name: 'integrated-gradients',
    title: `Integrated gradients, ${steps} steps`,
    method: integratedGradients({ steps, baseline: 'black' }),
  },
  { name: 'sise', title: 'SISE', method: sise() },
  { name: 'occlusion', title: 'Occlusion, 8 × 8 windows', method: occlusion({ window: 8, stride: 4 }) },
  { name: 'rise', title: 'RISE, 400 masks', method: rise({ masks: 400 }) },
]

/** Drop and increase of every method, one after another, so that a stopped run leaves whole rows. */
export async function dropAndIncreaseRows(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
  methods: readonly TableMethod[],
  { folder: keep, signal, onProgress }: StageOptions,
): Promise<ChangeSummary[]> {
  const rows: ChangeSummary[] = []
  for (const [place, method] of methods.entries()) {
    const [found] = await confidenceChanges({
      model,
      examples: inputsOf(model, folder, files),
      count: files.length,
      methods: [method],
      frac,
      folder: keep,
      block: 25,
      signal,
      onProgress: (share, text) => onProgress?.((place + share) / methods.length, text),
    })
    rows.push(summarise(method, found!.changes))
  }
  return rows
}

async function* inputsOf(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
): AsyncGenerator<NDArray, void, undefined> {
  for await (const { input } of batchedInputs(model, folder, files, 1)) yield input
}
