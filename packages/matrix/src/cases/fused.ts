import * as tf from '@tensorflow/tfjs-core'
import { type Case, type Input, op, spaced } from '../case.ts'

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const
const x = spaced([1, 5, 5, 2], -1, 1, 1)
const w = spaced([3, 3, 2, 3], -1, 1, 2)
const d = spaced([3, 3, 2, 2], -1, 1, 3)
const bias = (channels: number): Input => spaced([channels], -0.4, 0.4, 4)
const slopes = (channels: number): Input => spaced([channels], 0.1, 0.4, 5)

export const fused: readonly Case[] = [
  ...activations.flatMap((activation) => {
    const withSlopes = (channels: number) => (activation === 'prelu' ? [slopes(channels)] : [])
    const options = (slope?: tf.Tensor) => ({
      activation,
      ...(slope && { preluActivationWeights: slope }),
      ...(activation === 'leakyrelu' && { leakyreluAlpha: 0.3 }),
    })
    return [
      op(`fused conv2d, ${activation}`, [x, w, bias(3), ...withSlopes(3)], (a, filter, b, slope) =>
        tf.fused.conv2d({ x: a, filter, strides: 1, pad: 'same', bias: b, ...options(slope) } as never),
      ),
      op(`fused depthwiseConv2d, ${activation}`, [x, d, bias(4), ...withSlopes(4)], (a, filter, b, slope) =>
        tf.fused.depthwiseConv2d({ x: a, filter, strides: 1, pad: 'same', bias: b, ...options(slope) } as never),
      ),
      op(`fused matMul, ${activation}`, [[3, 4], [4, 2], bias(2), ...withSlopes(2)], (a, b, c, slope) =>
        tf.fused.matMul({ a, b, bias: c, ...options(slope) } as never),
      ),
    ]
  }),
  op('fused conv2d without bias', [x, w], (a, filter) => tf.fused.conv2d({ x: a, filter, strides: 2, pad: 'same' })),
  op('fused conv2d, 1 × 1', [x, [1, 1, 2, 3], bias(3)], (a, filter, b) =>
    tf.fused.conv2d({ x: a, filter, strides: 1, pad: 'valid', bias: b }),
  ),
  op('fused conv2d, dilation 2', [x, w, bias(3)], (a, filter, b) =>
    tf.fused.conv2d({ x: a, filter, strides: 1, pad: 'same', dilations: 2, bias: b }),
  ),
  op('fused depthwiseConv2d, stride 2', [x, d, bias(4)], (a, filter, b) =>
    tf.fused.depthwiseConv2d({ x: a, filter, strides: 2, pad: 'same', bias: b }),
  ),
  op('fused depthwiseConv2d, dilation 2', [x, d, bias(4)], (a, filter, b) =>
    tf.fused.depthwiseConv2d({ x: a, filter, strides: 1, pad: 'same', dilations: 2, bias: b }),
  ),
  op('fused matMul, second transposed', [[3, 4], [2, 4], bias(2)], (a, b, c) =>
    tf.fused.matMul({ a, b, transposeB: true, bias: c }),
  ),
]
