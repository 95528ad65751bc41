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

describe('a rotation on wasm', () => {
  it.each<[number, number | [number, number, number], number | [number, number]]>([
    [3, 0.2, 0.5],
    [3, [0.1, 0.2, 0.3], [0.3, 0.7]],
    [4, 0, 0.5],
    [4, 0.5, 0.5],
    [4, [1, 2, 3], 0.5],
    [1, -1, [1, 0]],
  ])('is that of the cpu backend: %d channels, filled with %j, center %j', async (channels, fill, center) => {
    const shape: [number, number, number, number] = [2, 7, 6, channels]
    await expectSameOnBoth(() => {
      const image = tf.tensor(values(sizeOf(shape), 1), shape) as tf.Tensor4D
      return [tf.image.rotateWithOffset(image, 0.7, fill, center)]
    })
  })
})
