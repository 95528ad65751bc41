import type { RandomStream } from '@explainnet/core'
import { batchesFrom, plainBatches } from '../batches.ts'
import { buildNetwork } from '../network.ts'
import { standardise } from '../photometry.ts'
import type { Recipe } from '../schedule.ts'
import type { TrainingTask } from '../trainer.ts'
import { augmentSim } from './augment.ts'
import { pollenSimArchitecture, pollenSimPreprocessing, pollenSimRecipe } from './network.ts'
import type { SimPicture } from './pictures.ts'

export interface PollenSimTaskOptions {
  /** Of initial weights, order and augmentation. Default 0. */
  readonly seed?: number | undefined
  readonly recipe?: Partial<Recipe> | undefined
}

/** The network for pollenSim on rendered pictures: 3000 and 300 for the committed one. */
export function pollenSimTask(
  pictures: readonly SimPicture[],
  validation: readonly SimPicture[],
  { seed = 0, recipe: changes = {} }: PollenSimTaskOptions = {},
): TrainingTask {
  const recipe = { ...pollenSimRecipe, ...changes }
  const side = pollenSimPreprocessing.size[0]
  const source = {
    count: pictures.length,
    size: side * side * 3,
    label: (index: number) => pictures[index]!.label,
    write: (index: number, random: RandomStream, target: Float32Array, offset: number) =>
      standardise(augmentSim(pictures[index]!, random), pollenSimPreprocessing, target, offset),
  }
  return {
    network: (final) => buildNetwork(pollenSimArchitecture, final),
    ...batchesFrom(source, recipe.batchSize, seed),
    validation: plainBatches(validation.map((picture) => ({ values: simInput(picture.pixels), label: picture.label }))),
    recipe,
    seed,
    data: `${pictures.length} pictures from ${pictures[0]?.index}, twin: ${pictures[0]?.twin}`,
  }
}

/** A rendered picture as the network takes it. */
export function simInput(pixels: SimPicture['pixels']): Float32Array {
  const values = new Float32Array(pixels.length)
  const side = pollenSimPreprocessing.size[0]
  standardise({ size: side, data: Float32Array.from(pixels, (v) => v / 255) }, pollenSimPreprocessing, values, 0)
  return values
}
