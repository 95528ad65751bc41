import { input, type LayersModel, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Recipe } from '../train/schedule.ts'

/** Filters and width of each block's convolution; a pooling by 2 follows all but the last. */
const blocks = [
  [32, 5],
  [64, 3],
  [64, 3],
] as const

/**
 * Convolutions with batch normalisation and ReLU at 40, 20 and 10 steps, global average pooling, one dense layer:
 * 20 thousand parameters. Its weights are not yet set.
 */
export function mnist1dNetwork(final: 'softmax' | 'linear'): LayersModel {
  const start = input({ shape: [40, 1], name: 'signal' })
  let x: SymbolicTensor = start
  for (const [i, [filters, kernelSize]] of blocks.entries()) {
    const name = `block${i + 1}`
    const convolution = { filters, kernelSize, padding: 'same', useBias: false, kernelInitializer: 'zeros' } as const
    x = layers.conv1d({ name: `${name}_conv`, ...convolution }).apply(x) as SymbolicTensor
    x = layers.batchNormalization({ name: `${name}_norm`, momentum: 0.9 }).apply(x) as SymbolicTensor
    x = layers.reLU({ name: `${name}_relu` }).apply(x) as SymbolicTensor
    if (i < blocks.length - 1) x = layers.maxPooling1d({ name: `pool${i + 1}`, poolSize: 2 }).apply(x) as SymbolicTensor
  }
  x = layers.globalAveragePooling1d({ name: 'average' }).apply(x) as SymbolicTensor
  x = layers.dropout({ name: 'dropout', rate: 0.1 }).apply(x) as SymbolicTensor
  const dense = layers.dense({ name: 'digits', units: 10, kernelInitializer: 'zeros', activation: final })
  return model({ name: 'mnist1d-cnn', inputs: start, outputs: dense.apply(x) as SymbolicTensor })
}

export const mnist1dRecipe: Recipe = { epochs: 60, batchSize: 64, peakRate: 0.05, labelSmoothing: 0.05 }
