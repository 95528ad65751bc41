import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { expectGradient, given, withGradients } from '../../test/finite-differences.ts'

withGradients()

it('the gradient of max pooling that says where each maximum was', async () => {
  await expectGradient(
    (x) => tf.maxPoolWithArgmax(x as tf.Tensor4D, 2, 2, 'same')['result']!,
    [given([2, 5, 4, 2], 50)],
    { step: 0.0005, tolerance: 5e-3 },
  )
})
