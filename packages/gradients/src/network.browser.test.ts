import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { it } from 'vitest'
import { expectSameOnBoth, values } from '../test/wasm.ts'
import { registerGradients } from './index.ts'

it('a convolution, batch normalisation and max pooling have the gradients of the cpu backend on wasm in a browser', async () => {
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  const registration = registerGradients()
  const offset = () => tf.tensor1d([0.1, 0, -0.1, 0.2])
  await expectSameOnBoth(
    () =>
      tf.grads((x, filter) => {
        const y = tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same')
        const { mean, variance } = tf.moments(y, [0, 1, 2])
        const normal = tf.batchNorm(
          y,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset(),
          tf.ones([4]) as tf.Tensor1D,
        )
        return tf.sum(tf.square(tf.maxPool(tf.relu(normal), 2, 2, 'same')))
      })([tf.tensor(values(2 * 15 * 14 * 3, 50), [2, 15, 14, 3]), tf.tensor(values(3 * 3 * 3 * 4, 51), [3, 3, 3, 4])]),
    1e-5,
  )
  registration.undo()
})
