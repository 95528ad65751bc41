import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { expectSameOnBoth, sizeOf, use, values } from '../../test/wasm.ts'
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

  it('is that of the cpu backend with statistics of full shape beside a scale a channel', async () => {
    const shape = [2, 3, 4, 5]
    await expectSameOnBoth(() => {
      const [x, mean, variance] = [tensor(shape, 1), tensor(shape, 2), positive(shape, 3)] as [
        tf.Tensor4D,
        tf.Tensor4D,
        tf.Tensor4D,
      ]
      return [tf.batchNorm4d(x, mean, variance, undefined, tensor([1, 1, 1, 5], 5) as tf.Tensor4D)]
    }, 2e-6)
  })
})
