import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchNormalisation } from '../test/batch-normalisation.ts'
import { useInBrowser } from '../test/browser.ts'
import { relativeError } from '../test/wasm.ts'
import { type GradientRegistration, registerGradients } from './index.ts'

let registration: GradientRegistration
beforeAll(() => {
  registration = registerGradients()
})
afterAll(() => registration.undo())

describe.each(['webgl', 'webgpu'] as const)('on %s', (backend) => {
  it.each([
    [[5], { offset: true, scale: true }],
    [[5], { offset: true }],
    [[5], {}],
    [[1, 3, 1, 1], { scale: true }],
    [[3, 1, 1], { offset: true }],
  ])('batch normalisation by statistics of shape %j with %j, and its gradients, are right', async (of, present) => {
    await useInBrowser(backend)
    const found: tf.Tensor[] = []
    const wanted: tf.Tensor[] = []
    tf.tidy(() => {
      const [ours, theirs] = batchNormalisation(of, present)
      found.push(...ours.map(tf.keep))
      wanted.push(...theirs.map(tf.keep))
    })
    for (const [i, t] of found.entries()) {
      expect(relativeError(await t.data(), await wanted[i]!.data())).toBeLessThan(1e-5)
    }
    tf.dispose([found, wanted])
  })
})
