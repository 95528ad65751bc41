import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]]

const explicit: Pad = [
  [0, 0],
  [1, 3],
  [2, 0],
  [0, 0],
]

type Backends = readonly ('cpu' | 'wasm')[]
const both: Backends = ['cpu', 'wasm']

describe.each<[number | [number, number], Pad, Backends]>([
  [2, 'same', both],
  [2, 'valid', both],
  [[1, 3], 'same', both],
  // tfjs takes the filter for square there, and tfjs-backend-wasm then writes beyond its memory.
  [[2, 1], 1, ['cpu']],
  [[3, 2], explicit, both],
])('the gradient of a convolution with dilation %j and padding %j', (dilations, pad, backends) => {
  it('by input and filter', async () => {
    await expectGradient(
      (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad, 'NHWC', dilations),
      [given([2, 7, 6, 2], 33), given([3, 2, 2, 3], 34)],
      { ...linear, backends },
    )
  })

  it.each([1, 2])('by input and filter, one channel at a time with multiplier %i', async (multiplier) => {
    await expectGradient(
      (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad, 'NHWC', dilations),
      [given([2, 7, 6, 2], 35), given([3, 2, 2, multiplier], 36)],
      { ...linear, backends },
    )
  })
})

describe('the gradient of a dilated convolution', () => {
  it('with channels first', async () => {
    await expectGradient(
      (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid', 'NCHW', 2),
      [given([2, 2, 5, 6], 33), given([2, 2, 2, 3], 34)],
      { ...linear, backends: ['cpu'] },
    )
  })

  it('of a signal', async () => {
    await expectGradient(
      (x, filter) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, 'same', 'NWC', 4),
      [given([2, 11, 2], 37), given([3, 2, 3], 38)],
      linear,
    )
  })

  it.each(['same', 'valid'] as const)('of a volume, padding %s', async (pad) => {
    await expectGradient(
      (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, pad, 'NDHWC', [2, 1, 2]),
      [given([1, 4, 3, 5, 2], 39), given([2, 2, 2, 2, 2], 40)],
      linear,
    )
  })
})

it('the gradient of a convolution whose size is rounded up', async () => {
  await expectGradient(
    (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 0, 'NHWC', 1, 'ceil'),
    [given([1, 6, 7, 2], 41), given([3, 2, 2, 3], 42)],
    { ...linear, backends: ['cpu'] },
  )
})
