import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchNormalisation } from '../test/batch-normalisation.ts'
import { relativeError, use } from '../test/wasm.ts'
import { type GradientRegistration, registerGradients } from './index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('cpu')
})
afterAll(() => registration.undo())

it.each([
  [[5], { offset: true, scale: true }],
  [[5], { offset: true }],
  [[5], { scale: true }],
  [[5], {}],
  [[1, 3, 1, 1], { offset: true, scale: true }],
  [[1, 3, 1, 5], { scale: true }],
  [[3, 1, 1], { offset: true }],
  [[4, 1], {}],
])('batch normalisation by statistics of shape %j with %j, and its gradients, are right on cpu', (of, present) => {
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const [found, wanted] = batchNormalisation(of, present)
    found.forEach((t, i) => {
      expect(relativeError(t.dataSync(), wanted[i]!.dataSync())).toBeLessThan(1e-5)
    })
  })
  expect(tf.memory().numTensors).toBe(before)
})
