import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

it.each([
  [[5], [2], [2]],
  [
    [3, 4],
    [1, 0],
    [2, -1],
  ],
  [
    [2, 3, 2, 4, 2],
    [0, 1, 0, 2, 1],
    [-1, 1, 2, 2, 1],
  ],
])('the gradient of a slice of %j from %j of size %j is zero around it', async (shape, begin, size) => {
  await expectGradient((x) => tf.slice(x, begin, size), [given(shape, 59)], linear)
})
