import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

const shapes = [
  [[3, 4], [4]],
  [
    [1, 4],
    [3, 1],
  ],
  [[], [2, 3]],
  [[4], [2, 3, 4]],
]

describe.each([
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['squared difference', tf.squaredDifference],
])('the gradient of a %s', (_, f) => {
  it.each(shapes)('of %j and %j is summed over what was broadcast', async (a, b) => {
    await expectGradient((x, y) => f(x, y), [given(a!, 3, 0.7), given(b!, 4, 0.7)], { step: 0.002, tolerance: 2e-3 })
  })
})

describe('the gradient of a batch of matrix products', () => {
  it.each([
    [[3, 2, 4], [1, 4, 5], false, false],
    [[3, 2, 4], [4, 5], false, false],
    [[2, 4], [3, 5, 4], false, true],
    [[1, 4, 2], [2, 2, 4, 5], true, false],
    [[3, 4, 2], [5, 4], true, true],
  ])('of %j and %j is summed over the matrices that were shared', async (a, b, transposeA, transposeB) => {
    await expectGradient((x, y) => tf.matMul(x, y, transposeA, transposeB), [given(a, 5), given(b, 6)], linear)
  })
})
