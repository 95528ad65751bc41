import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'
import { gradientConfigs as upstream } from '../upstream/gradient-configs.js'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const shape = [3, 4, 5, 6]
const x = () => tf.tensor(values(sizeOf(shape), 19), shape)
const vector = (salt: number) => tf.tensor(values(6, salt).map((v) => 1.5 + v))

const scenes: Record<string, () => tf.Tensor[]> = {
  'batch normalisation': () =>
    tf.grads((x, mean, variance, offset, scale) =>
      tf.sum(
        tf.square(
          tf.batchNorm(
            x as tf.Tensor4D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
          ),
        ),
      ),
    )([x(), vector(20), vector(21), vector(22), vector(23)]),
  'batch normalisation by the statistics of the batch': () => {
    const [offset, scale] = [vector(22), vector(23)] as [tf.Tensor1D, tf.Tensor1D]
    const normalised = (t: tf.Tensor) => {
      const { mean, variance } = tf.moments(t, [0, 1, 2])
      return tf.batchNorm(t as tf.Tensor4D, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale)
    }
    return [tf.grad((t) => tf.sum(tf.pow(normalised(t), 3)))(x())]
  },
  'batch normalisation with statistics of full rank': () => {
    const [offset, scale] = [tf.mul(x(), 0.3), tf.add(x(), 2)] as [tf.Tensor4D, tf.Tensor4D]
    return tf.grads((x, mean, variance) =>
      tf.sum(tf.square(tf.batchNorm4d(x as tf.Tensor4D, mean as tf.Tensor4D, variance as tf.Tensor4D, offset, scale))),
    )([x(), tf.mul(x(), 0.5), tf.add(tf.square(x()), 1)])
  },
  sums: () =>
    [[0], [1, 2], [0, 3], [0, 1, 2, 3]].map((axes) => tf.grad((t) => tf.sum(tf.square(tf.sum(t, axes))))(x())),
  means: () =>
    [[0], [1, 2], [0, 3], [0, 1, 2, 3]].map((axes) => tf.grad((t) => tf.sum(tf.square(tf.mean(t, axes, true))))(x())),
}

describe.each(Object.keys(scenes))('the gradient of %s', (name) => {
  const compute = scenes[name]!
  const run = () => tf.tidy(() => compute().map((t) => t.dataSync()))

  it('is what upstream computes', () => {
    const ours = run()
    registration.undo()
    for (const config of upstream) tf.registerGradient(config)
    const theirs = run()
    for (const kernelName of new Set(upstream.map((config) => config.kernelName))) tf.unregisterGradient(kernelName)
    registration = registerGradients()
    for (let i = 0; i < ours.length; i++) expect(relativeError(ours[i]!, theirs[i]!)).toBeLessThan(1e-5)
  })

  it('is the same on the cpu backend', async () => {
    await expectSameOnBoth(compute, 1e-5)
  })

  it('leaves no tensor behind', () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()]
    run()
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  })
})
