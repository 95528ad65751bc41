import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { gradientsRegistered } from './index.ts'

it("importing '@explainnet/gradients/register' registers the gradients, and importing the package does not", async () => {
  expect(gradientsRegistered()).toBe(false)
  expect(tf.getGradient('Relu')).toBeUndefined()
  await import('@explainnet/gradients/register')
  expect(gradientsRegistered()).toBe(true)
  expect(tf.getGradient('Relu')).toBeDefined()
})
