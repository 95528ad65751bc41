import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const tensor = (shape: number[], salt: number) => tf.tensor(values(sizeOf(shape), salt), shape)
const positive = (shape: number[], salt: number) => tf.add(tensor(shape, salt), 1.2)

describe('batch normalisation on wasm', () => {
  it.each([1, 4, 7, 32])('is that of the cpu backend: %d channels', async (channels) => {
    const [x, c] = [[2, 3, 5, channels], [channels]]
    await expectSameOnBoth(() => {
      const input = tensor(x, 1) as tf.Tensor4D
      const [mean, variance, offset, scale] = [tensor(c, 2), positive(c, 3), tensor(c, 4), tensor(c, 5)] as [
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor1D,
      ]
      return [
        tf.batchNorm(input, mean, variance, offset, scale, 1e-3),
        tf.batchNorm(input, mean, variance),
        tf.batchNorm(input, mean, variance, offset),
        tf.batchNorm(input, mean, variance, undefined, scale),
      ]
    }, 2e-6)
  })

  it.each([
    [
      [2, 3, 4, 5],
      [1, 1, 1, 5],
      [2, 3, 4, 5],
    ],
    [
      [2, 3, 4, 5],
      [1, 3, 1, 1],
      [1, 3, 1, 1],
    ],
    [
      [2, 3, 4, 5],
      [1, 3, 1, 5],
      [1, 1, 1, 1],
    ],
    [
      [1, 1, 1, 5],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ],
  ])('takes statistics that broadcast: x %j, mean and variance %j, scale %j', (shape, statistics, scaling) => {
    tf.tidy(() => {
      const x = tensor(shape, 1) as tf.Tensor4D
      const [mean, variance, scale] = [tensor(statistics, 2), positive(statistics, 3), tensor(scaling, 5)] as [
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
      ]
      const y = tf.batchNorm4d(x, mean, variance, undefined, scale, 1e-3).dataSync()
      const definition = tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), scale)
      expect(relativeError(y, definition.dataSync())).toBeLessThan(2e-6)
    })
  })

  it('can be differentiated without offset and scale', () => {
    const slope = tf.tidy(() => {
      const [mean, variance] = [tf.zeros([3]), tf.fill([3], 3)] as [tf.Tensor1D, tf.Tensor1D]
      return tf
        .grad((x) => tf.batchNorm(x as tf.Tensor4D, mean, variance, undefined, undefined, 1))(tf.ones([1, 1, 1, 3]))
        .dataSync()
    })
    expect([...slope]).toEqual([0.5, 0.5, 0.5])
  })

  it('takes whole numbers', () => {
    const y = tf.tidy(() => {
      const x = tf.tensor([-7, 11, 100, 2], [1, 1, 2, 2], 'int32') as tf.Tensor4D
      return tf.batchNorm(x, tf.tensor1d([2, 5]), tf.tensor1d([4, 9]), undefined, undefined, 0).dataSync()
    })
    expect([...y]).toEqual([-4.5, 2, 49, -1])
  })

  it('leaves no data behind', () => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()]
    tf.dispose(tf.tidy(() => tf.batchNorm(tf.ones([2, 3, 4, 5]), tf.ones([1, 3, 1, 1]), tf.ones([1, 1, 1, 5]))))
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  })
})
