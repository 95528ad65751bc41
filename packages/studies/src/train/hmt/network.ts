import type { Preprocessing } from '@explainnet/core'
import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Recipe } from '../schedule.ts'

/**
 * How a histology tile becomes the input of a network that is trained here: bilinear to `side`, ÷ 255, centred on the tiles'
 * rounded mean colour. Without batch normalisation this architecture learns slowly from pixels that are all positive.
 */
export const hmtPreprocessing = (side = 224) =>
  ({
    size: [side, side],
    range: [0, 1],
    mean: [0.65, 0.47, 0.58],
    std: [0.25, 0.25, 0.25],
  }) as const satisfies Preprocessing

/**
 * The study's network, its weights not yet set: [convolution 32]×2, pool, [convolution 64]×2, pool, global average
 * pooling, one dense layer; 3×3, same padding, ReLU. 66,088 parameters for 8 classes. `linear` leaves the softmax out.
 */
export function hmtNetwork(classes: number, side: number, final: 'softmax' | 'linear'): LayersModel {
  const start = input({ shape: [side, side, 3] })
  let x = start
  let convolutions = 0
  for (const [pools, filters] of [32, 64].entries()) {
    for (let i = 0; i < 2; i++) {
      const name = `conv${++convolutions}`
      // The zeros are replaced by `initialise`, whose numbers come from the seed.
      const kernel = { kernelSize: 3, padding: 'same', kernelInitializer: 'zeros' } as const
      x = layers.conv2d({ name, filters, activation: 'relu', ...kernel }).apply(x) as SymbolicTensor
    }
    x = layers.maxPooling2d({ name: `pool${pools + 1}`, poolSize: 2 }).apply(x) as SymbolicTensor
  }
  x = layers.globalAveragePooling2d({ name: 'average' }).apply(x) as SymbolicTensor
  const dense = { name: 'classes', units: classes, kernelInitializer: 'zeros', activation: final } as const
  return model({ name: 'hmt', inputs: start, outputs: layers.dense(dense).apply(x) as SymbolicTensor })
}

export const hmtRecipe: Recipe = { epochs: 40, batchSize: 32, peakRate: 0.02 }
