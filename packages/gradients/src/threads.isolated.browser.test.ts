import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { expect, it } from 'vitest'
import { expectSameOnBoth, use, values } from '../test/wasm.ts'
import { registerGradients } from './index.ts'
import type { WasmBackend } from './wasm/backend.ts'

it('gradients on the threaded build, in shared memory, are those of the cpu backend', async () => {
  expect(crossOriginIsolated).toBe(true)
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  await use('wasm')
  const { wasm } = tf.backend() as unknown as WasmBackend
  expect(wasm.wasmMemory?.buffer).toBeInstanceOf(SharedArrayBuffer)

  const registration = registerGradients()
  await expectSameOnBoth(
    () =>
      tf.grads((x, filter, depthwise) => {
        const y = tf.relu6(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'))
        const z = tf.leakyRelu(tf.depthwiseConv2d(y, depthwise as tf.Tensor4D, 2, 'same'))
        return tf.sum(tf.square(tf.maxPool(z as tf.Tensor4D, 2, 2, 'same')))
      })([
        tf.tensor(values(2 * 15 * 14 * 3, 50), [2, 15, 14, 3]),
        tf.tensor(values(3 * 3 * 3 * 4, 51), [3, 3, 3, 4]),
        tf.tensor(values(3 * 3 * 4, 52), [3, 3, 4, 1]),
      ]),
    1e-5,
  )
  registration.undo()
})
