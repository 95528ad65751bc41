import type { Preprocessing } from '@explainnet/core'
import type { Architecture } from '../network.ts'
import type { Recipe } from '../schedule.ts'

/** How a pollen picture becomes the network's input. */
export const pollenPreprocessing = {
  size: [96, 96],
  resize: 'fit',
  antialias: true,
  fill: 'border',
  mean: [0.62, 0.62, 0.66],
  std: [0.2, 0.2, 0.2],
} as const satisfies Preprocessing

/** 664 thousand parameters, 66 million multiplications a picture. */
export const pollenArchitecture = (classes: number): Architecture => ({
  name: 'pollen',
  inputShape: [...pollenPreprocessing.size, 3],
  stages: [
    { width: 16 },
    'pool',
    { width: 24 },
    'pool',
    { width: 48 },
    'residual',
    'pool',
    { width: 96 },
    'residual',
    'pool',
    { width: 192 },
    'residual',
  ],
  dropout: 0.1,
  classes,
})

export const pollenRecipe: Recipe = { epochs: 120, batchSize: 32, peakRate: 0.05 }
