import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

type Masks = readonly [begin?: number, end?: number, ellipsis?: number, newAxis?: number, shrink?: number]

const cases: readonly (readonly [string, number[], number[], number[], Masks])[] = [
  ['a part', [0, 1, 0], [2, 3, 4], [1, 1, 1], []],
  ['every second row', [1, 0], [5, 3], [1, 2], []],
  ['every third column from the second', [0, 0, 1], [2, 3, 7], [1, 1, 3], []],
  ['columns backwards', [0, 0, 5], [2, 3, 1], [1, 1, -1], []],
  ['every second column backwards to the start', [0, 0, -1], [2, 3, 0], [1, 1, -2], [0, 4]],
  ['everything backwards', [0, 0, 0], [0, 0, 0], [-1, -1, -1], [7, 7]],
  ['a row of each', [0, -1], [0, 0], [1, 1], [1, 1, 0, 0, 2]],
  ['the first of the last axis', [0, 0], [0, 1], [1, 1], [0, 0, 1, 0, 2]],
  ['with a new axis', [0, 0, 1], [0, 0, 3], [1, 1, 1], [1, 1, 0, 2, 0]],
  ['everything', [0, 0, 0], [2, 3, 7], [1, 1, 1], []],
  ['all, and every second backwards', [0, 6], [0, 0], [1, -2], [0, 2, 1]],
]

describe('the gradient of a strided slice puts back', () => {
  it.each(cases)('%s', async (_, begin, end, strides, masks) => {
    await expectGradient((x) => tf.stridedSlice(x, begin, end, strides, ...masks), [given([2, 3, 7], 9)], linear)
  })

  it('nothing, where nothing was taken', async () => {
    const some = (x: tf.Tensor) => tf.concat([tf.mul(x, 2), tf.stridedSlice(x, [2], [1], [2])])
    await expectGradient(some, [given([4], 9)], linear)
  })
})
