import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useInBrowser } from '../../test/browser.ts'
import { describePooling, naivePoolGradient, poolGradient, poolings, ties } from '../../test/pooling.ts'
import { relativeError } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(() => {
  registration = registerGradients()
})
afterAll(() => registration.undo())

describe.each(['webgl', 'webgpu'] as const)('on %s', (backend) => {
  beforeAll(() => useInBrowser(backend))

  describe.each(poolings.map((pooling) => [describePooling(pooling), pooling] as const))('%s', (_, pooling) => {
    it.each(['max', 'avg'] as const)('is the gradient of %s pooling', async (kind) => {
      const x = ties(pooling)
      const { dx, dy } = poolGradient(kind, pooling, x)
      const wanted = naivePoolGradient(kind, pooling, await x.data(), await dy.data())
      expect(dx.shape).toEqual(x.shape)
      expect(relativeError(await dx.data(), wanted)).toBeLessThan(1e-5)
    })
  })

  it('leave no tensor and no data behind', () => {
    const run = () =>
      tf.tidy(() => {
        const pooling = poolings[2]!
        for (const kind of ['max', 'avg'] as const) poolGradient(kind, pooling, ties(pooling))
      })
    run()
    const before = [tf.memory().numTensors, tf.backend().numDataIds()]
    run()
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  })
})
