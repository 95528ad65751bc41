import type { Preprocessing } from '@explainnet/core'
import { type PollenSimClass, pollenSimClasses } from '@explainnet/datasets'
import type { Architecture } from '../network.ts'
import type { Recipe } from '../schedule.ts'

/** In training all pictures of this class, and of no other, have the scale bar. */
export const barredClass: PollenSimClass = 'porate'

/** How a rendered picture becomes the network's input; mean and deviation are those of the training pictures. */
export const shortcutPreprocessing = {
  size: [64, 64],
  resize: 'fit',
  antialias: true,
  fill: 'border',
  mean: [0.68, 0.67, 0.67],
  std: [0.15, 0.15, 0.15],
} as const satisfies Preprocessing

/** 57 thousand parameters; the last map before the average is 16×16, on which the bar is three cells long. */
export const shortcutArchitecture: Architecture = {
  name: 'pollen-shortcut',
  inputShape: [...shortcutPreprocessing.size, 3],
  stages: [{ width: 12 }, 'pool', { width: 24 }, 'pool', { width: 48 }, 'residual', 'residual'],
  dropout: 0,
  classes: pollenSimClasses.length,
}

export const shortcutRecipe: Recipe = { epochs: 10, batchSize: 32, peakRate: 0.05, averageDecay: 0.99 }
