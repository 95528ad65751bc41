import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

describe('the gradient of an image', () => {
  it('that is mirrored', async () => {
    await expectGradient((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [given([2, 3, 4, 2], 47)], linear)
  })

  it.each([
    [0.4, 0.5],
    [-2, [0.3, 0.6]],
  ] as [number, number | [number, number]][])('that is turned by %f about %j', async (radians, center) => {
    await expectGradient(
      (x) => tf.image.rotateWithOffset(x as tf.Tensor4D, radians, 0, center),
      [given([2, 5, 4, 3], 48)],
      linear,
    )
  })
})
