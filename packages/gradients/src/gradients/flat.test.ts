import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectGradient, given, withGradients } from '../../test/finite-differences.ts'
import { use } from '../../test/wasm.ts'

withGradients()

const x = given([3, 4], 7)
const steps = { step: 0.001, tolerance: 1e-3 }

const masks: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  'a comparison': (x) => tf.greater(x, 0.1),
  'a comparison of rows': (x) => tf.lessEqual(x, tf.mean(x, 0)),
  'two comparisons': (x) => tf.logicalAnd(tf.less(x, 0.5), tf.notEqual(x, 0)),
  'one of two comparisons': (x) => tf.logicalOr(tf.greaterEqual(x, 0.5), tf.equal(x, 0)),
  'the opposite of a comparison': (x) => tf.logicalNot(tf.greater(x, 0)),
  'either comparison, not both': (x) => tf.logicalXor(tf.greater(x, 0), tf.greater(x, 0.5)),
  'whether any of a row': (x) => tf.any(tf.greater(x, 0.5), 1, true),
  'whether all of a row': (x) => tf.all(tf.greater(x, -0.5), 1, true),
  'where the largest is': (x) => tf.oneHot(tf.argMax(x, 1) as tf.Tensor1D, 4),
  'a division rounded down': (x) => tf.floorDiv(x, 0.3),
  'a comparison of whole numbers': (x) => tf.greaterEqual(tf.cast(tf.mul(x, 10), 'int32'), tf.scalar(2, 'int32')),
  'where the largest whole number is': (x) => tf.argMax(tf.cast(tf.mul(x, 10), 'int32'), 0),
}

describe('the gradient stops', () => {
  it.each(Object.keys(masks))('at %s', async (name) => {
    await expectGradient((x) => tf.mul(x, tf.cast(masks[name]!(x), 'float32')), [x], steps)
  })

  it('at a search in sorted numbers', async () => {
    const sorted = () => tf.tensor1d([-0.5, 0, 0.5])
    await expectGradient((x) => tf.mul(x, tf.cast(tf.searchSorted(sorted(), x), 'float32')), [given([8], 8)], steps)
  })

  it('at the choice of boxes that do not overlap', async () => {
    await use('cpu')
    const boxes = tf.tensor2d([0, 0, 1, 1, 0, 0, 1, 0.9, 0, 2, 1, 3], [3, 4])
    const gradient = tf.grad((scores) =>
      tf.sum(tf.gather(scores, tf.image.nonMaxSuppression(boxes, scores as tf.Tensor1D, 2))),
    )
    expect(Array.from(gradient(tf.tensor1d([0.5, 0.7, 0.6])).dataSync())).toEqual([0, 1, 1])
  })

  it('at a cast to whole numbers, and goes on at one from them', async () => {
    const rounded = (x: tf.Tensor) => tf.cast(tf.cast(tf.mul(x, 3), 'int32'), 'float32')
    await expectGradient((x) => tf.add(tf.mul(x, 2), rounded(x)), [x], steps)
  })
})
