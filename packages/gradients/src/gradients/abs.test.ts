import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { withGradients } from '../../test/finite-differences.ts'
import { use } from '../../test/wasm.ts'

withGradients()

it.each(['cpu', 'wasm'] as const)('the slope of an absolute value is its sign, and 0 at 0, on %s', async (backend) => {
  await use(backend)
  const gradient = tf.grad((x) => tf.abs(x))
  expect(Array.from(gradient(tf.tensor1d([-2, 0, 3])).dataSync())).toEqual([-1, 0, 1])
})
