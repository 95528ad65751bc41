import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

const rows = () => tf.tensor1d([0, 2, 2, 3, 0], 'int32')
const segments = () => tf.tensor1d([0, 0, 1, 3, 3], 'int32')

describe('the gradient of rows that are joined by segment', () => {
  it.each([
    ['sum', tf.sparse.sparseSegmentSum],
    ['mean', tf.sparse.sparseSegmentMean],
  ])('as their %s', async (_, join) => {
    await expectGradient((x) => join(x, rows(), segments()), [given([4, 3], 20)], linear)
  })
})
