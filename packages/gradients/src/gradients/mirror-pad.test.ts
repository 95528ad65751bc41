import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

describe.each(['reflect', 'symmetric'] as const)('the gradient of a border padded by %s', (mode) => {
  it.each([
    [
      [3, 4],
      [
        [2, 1],
        [0, 3],
      ],
    ],
    [[5], [[1, 4]]],
    [
      [1, 4, 3, 2],
      [
        [0, 0],
        [3, 1],
        [2, 2],
        [0, 0],
      ],
    ],
  ] as [number[], [number, number][]][])(
    'of %j by %j comes back to the pixels that were mirrored',
    async (shape, by) => {
      await expectGradient((x) => tf.mirrorPad(x, by, mode), [given(shape, 25)], linear)
    },
  )
})
