import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

const int = (values: number[], shape: number[]) => tf.tensor(values, shape, 'int32')
const x = given([2, 3, 4], 12)

const gathers: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  'rows, one of them twice': (x) => tf.gather(x, int([1, 0, 1], [3])),
  'a table of columns': (x) => tf.gather(x, int([2, 0, 3, 3], [2, 2]), -1),
  'one row': (x) => tf.gather(x, int([1], []), 1),
  'rows of their own for each of the batch': (x) => tf.gather(x, int([2, 0, 1, 1], [2, 2]), 1, 1),
  'columns of their own for each of the batch': (x) => tf.gather(x, int([2, 0, 1, 1], [2, 2]), 2, 1),
  'rows by number': (x) => tf.gatherND(x, int([1, 0, 1, 1, 0], [5, 1])),
  'values by their whole position': (x) => tf.gatherND(x, int([1, 2, 3, 0, 0, 0, 1, 2, 3], [3, 3])),
}

describe('the gradient of gathering', () => {
  it.each(Object.keys(gathers))('%s', async (name) => {
    await expectGradient(gathers[name]!, [x], linear)
  })

  // tfjs-backend-wasm reads beyond its memory there.
  it('columns of their own for each row, on cpu', async () => {
    const gather = (x: tf.Tensor) => tf.gather(x, int([3, 0, 1, 1, 0, 2], [2, 3, 1]), 2, 2)
    await expectGradient(gather, [x], { ...linear, backends: ['cpu'] })
  })

  it('by an index that is computed from the input stops there', async () => {
    const largest = (x: tf.Tensor) => tf.gather(x, tf.argMax(tf.reshape(x, [-1])))
    await expectGradient((x) => tf.mul(x, largest(x)), [given([6], 13)], { step: 0.01 })
  })
})

describe('the gradient of', () => {
  it('scattering adds up where updates meet', async () => {
    await expectGradient(
      (updates) => tf.scatterND(int([3, 0, 3], [3, 1]), updates, [4, 2]),
      [given([3, 2], 14)],
      linear,
    )
  })

  it('overwriting goes to what is left and to what is new', async () => {
    await expectGradient(
      (t, updates) => tf.tensorScatterUpdate(t, int([3, 0], [2, 1]), updates),
      [given([4, 2], 15), given([2, 2], 16)],
      linear,
    )
  })

  it('making a sparse tensor dense goes to its values and to the default', async () => {
    const dense = (values: tf.Tensor, rest: tf.Tensor) =>
      tf.sparseToDense(int([0, 1, 2, 0], [2, 2]), values, [3, 2], rest as tf.Scalar)
    await expectGradient(dense, [given([2], 17), given([], 18)], linear)
  })

  it('making one value dense', async () => {
    const dense = (value: tf.Tensor, rest: tf.Tensor) =>
      tf.sparseToDense(int([2], []), value as tf.Scalar, [4], rest as tf.Scalar)
    await expectGradient(dense, [given([], 17), given([], 18)], linear)
  })

  it('summing by segments that are computed from the input stops at these', async () => {
    const segments = (x: tf.Tensor) => tf.argMax(x, 1) as tf.Tensor1D
    await expectGradient((x) => tf.unsortedSegmentSum(x, segments(x), 4), [given([5, 4], 19)], {
      step: 0.001,
      tolerance: 1e-3,
    })
  })
})
