import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { expectGradient, given, withGradients } from '../../test/finite-differences.ts'

withGradients()

it.each([[[7]], [[3, 5]], [[2, 2, 6]]])(
  'the gradient of the largest values of %j goes to where they are',
  async (shape) => {
    await expectGradient((x) => tf.topk(x, 3).values, [given(shape, 22)], { step: 0.0005, tolerance: 5e-3 })
  },
)

it('has no gradient by the positions', async () => {
  const weighted = (x: tf.Tensor) => {
    const { values, indices } = tf.topk(x, 2)
    return tf.mul(values, tf.cast(indices, 'float32'))
  }
  await expectGradient(weighted, [given([3, 5], 23)], { step: 0.002, tolerance: 1e-3 })
})
