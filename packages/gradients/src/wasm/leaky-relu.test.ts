import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectSameOnBoth, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

it('leaky relu on wasm is that of the cpu backend, of whole numbers too, and leaves no data behind', async () => {
  const activations = () => [
    tf.leakyRelu(tf.tensor(values(43, 70)), 0.3),
    tf.leakyRelu(tf.tensor([-3, 0, 5, 7, -1], [5], 'int32'), 0.1),
    tf.leakyRelu(tf.tensor([-0, Number.POSITIVE_INFINITY, -1e30])),
  ]
  await expectSameOnBoth(() => activations().slice(0, 2))
  const before = tf.backend().numDataIds()
  const last = tf.tidy(() => activations()[2]!.dataSync())
  expect([...last]).toEqual([-0, Number.POSITIVE_INFINITY, Math.fround(Math.fround(0.2) * -Math.fround(1e30))])
  expect(tf.backend().numDataIds()).toBe(before)
})
