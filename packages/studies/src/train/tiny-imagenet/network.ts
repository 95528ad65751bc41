import type { Preprocessing } from '@explainnet/core'
import type { Architecture } from '../network.ts'
import type { Recipe } from '../schedule.ts'
import { tinyImageNetClasses } from './classes.ts'

/** How a picture becomes the network's input; mean and deviation are those of the training pictures. */
export const tinyImageNetPreprocessing = {
  size: [64, 64],
  resize: 'crop',
  antialias: true,
  mean: [0.48, 0.44, 0.36],
  std: [0.25, 0.25, 0.25],
} as const satisfies Preprocessing

/** 293 thousand parameters, 45 million multiplications a picture. */
export const tinyImageNetArchitecture: Architecture = {
  name: 'tiny-imagenet-64',
  inputShape: [...tinyImageNetPreprocessing.size, 3],
  stages: [
    { width: 16 },
    'pool',
    { width: 32 },
    'residual',
    'pool',
    { width: 64 },
    'residual',
    'pool',
    { width: 128 },
    'residual',
  ],
  dropout: 0.2,
  classes: tinyImageNetClasses.length,
}

export const tinyImageNetRecipe: Recipe = { epochs: 60, batchSize: 50, peakRate: 0.08, averageDecay: 0.99 }
