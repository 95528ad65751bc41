import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

describe('the gradient of', () => {
  it.each([
    [[2], [3]],
    [
      [2, 3],
      [1, 1],
    ],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [1, 2, 3],
      [2, 1, 2],
    ],
    [
      [2, 1, 2, 1, 2],
      [1, 2, 1, 3, 2],
    ],
    [
      [2, 1, 2, 1, 2, 1],
      [1, 2, 1, 1, 2, 2],
    ],
  ])('tiling %j by %j is the sum over the copies', async (shape, copies) => {
    await expectGradient((x) => tf.tile(x, copies), [given(shape, 26)], linear)
  })

  it('broadcasting is the sum over what it repeated', async () => {
    await expectGradient((x) => tf.broadcastTo(x, [2, 3, 1, 2, 4]), [given([3, 1, 1, 4], 27)], linear)
  })
})
