import type { RandomStream } from '@explainnet/core'
import type { Mnist1d } from '@explainnet/datasets'
import { sha256OfValues } from '../study/kept.ts'
import { batchesFrom, plainBatches } from '../train/batches.ts'
import type { Recipe } from '../train/schedule.ts'
import type { TrainingTask } from '../train/trainer.ts'
import { examplesOf, splitValidation } from './data.ts'
import { mnist1dNetwork, mnist1dRecipe } from './network.ts'

export interface Mnist1dTaskOptions {
  /** Of initial weights, order, augmentation and dropout. Default 0. */
  readonly seed?: number | undefined
  readonly recipe?: Partial<Recipe> | undefined
}

const validationShare = 0.15

/**
 * The 1-D network on the training part of MNIST-1D, 15 % of which choose the epoch. The test part is not looked at.
 */
export function mnist1dTask(
  { train: published }: Pick<Mnist1d, 'train'>,
  { seed = 0, recipe: changes = {} }: Mnist1dTaskOptions = {},
): TrainingTask {
  const { train, validation } = splitValidation(examplesOf(published), validationShare)
  const recipe = { ...mnist1dRecipe, ...changes }
  const source = {
    count: train.length,
    size: published.signals.shape[1]!,
    label: (index: number) => train[index]!.label,
    write: (index: number, random: RandomStream, target: Float32Array, offset: number) =>
      augment(train[index]!.values, random, target, offset),
  }
  return {
    network: mnist1dNetwork,
    ...batchesFrom(source, recipe.batchSize, seed),
    validation: plainBatches(validation, 100),
    recipe,
    seed,
    data: sha256OfValues(published.signals.data),
  }
}

/** Slope and height change, as between signals of one digit, and a few steps more at one end are lost at the other. */
function augment(values: Float32Array, random: RandomStream, target: Float32Array, offset: number): void {
  const height = 1 + 0.2 * (random.uniform() - 0.5)
  const slope = 2 * (random.uniform() - 0.5)
  const shift = random.integer(9) - 4
  const last = values.length - 1
  for (let t = 0; t <= last; t++) {
    const from = t - shift
    // Mirrored where nothing is known: the smooth noise beside the template has no direction.
    const value = values[from < 0 ? -from : from > last ? 2 * last - from : from]!
    target[offset + t] = height * value + slope * (t / last - 0.5) + 0.05 * random.normal()
  }
}
