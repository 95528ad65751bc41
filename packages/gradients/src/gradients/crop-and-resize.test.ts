import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

const boxes = () => tf.tensor2d([0.1, 0.2, 0.8, 0.9, 0, 0, 1, 1, 0.9, 0.7, 0.1, 0.2, -0.3, 0.5, 0.6, 1.4], [4, 4])
const rows = () => tf.tensor1d([1, 0, 1, 0], 'int32')

describe.each(['bilinear', 'nearest'] as const)(
  'the gradient of %s crops, some of them beyond the image or mirrored',
  (method) => {
    it.each([
      [3, 4],
      [1, 2],
      [6, 1],
    ])('of %i×%i', async (height, width) => {
      await expectGradient(
        (x) => tf.image.cropAndResize(x as tf.Tensor4D, boxes(), rows(), [height, width], method, 0.5),
        [given([2, 5, 4, 2], 32)],
        linear,
      )
    })
  },
)
