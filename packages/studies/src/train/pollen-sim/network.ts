import type { Preprocessing } from '@explainnet/core'
import { pollenSimClasses } from '@explainnet/datasets'
import type { Architecture } from '../network.ts'
import type { Recipe } from '../schedule.ts'

/** How a rendered picture becomes the network's input; mean and deviation are those of the training pictures. */
export const pollenSimPreprocessing = {
  size: [128, 128],
  resize: 'fit',
  antialias: true,
  fill: 'border',
  mean: [0.68, 0.67, 0.67],
  std: [0.15, 0.15, 0.15],
} as const satisfies Preprocessing

/** 120 thousand parameters; the last map before the average is 16×16, fine enough for Grad-CAM to point at a pore. */
export const pollenSimArchitecture: Architecture = {
  name: 'pollen-sim',
  inputShape: [...pollenSimPreprocessing.size, 3],
  stages: [{ width: 8 }, 'pool', { width: 24 }, 'pool', { width: 48 }, 'pool', { width: 64 }, 'residual', 'residual'],
  dropout: 0,
  classes: pollenSimClasses.length,
}

/** Under three thousand pictures, each seen about twelve times. */
export const pollenSimRecipe: Recipe = { epochs: 12, batchSize: 32, peakRate: 0.05, averageDecay: 0.99 }
