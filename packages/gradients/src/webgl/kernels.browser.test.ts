import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { expectAsOnCpu } from '../../test/browser.ts'
import { sizeOf, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(() => {
  registration = registerGradients()
})
afterAll(() => registration.undo())

const tensor = (shape: number[], salt: number) => tf.tensor(values(sizeOf(shape), salt), shape)

describe('on webgl', () => {
  it.each([
    [1, 'same', 1],
    [2, 'same', 1],
    [2, 'valid', 1],
    [1, 'valid', 2],
  ] as const)(
    'a morphological dilation has gradients: stride %s, padding %s, dilation %s',
    async (strides, pad, dilations) => {
      await expectAsOnCpu('webgl', () =>
        tf.grads((x, filter) =>
          tf.sum(tf.square(tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, strides, pad, dilations))),
        )([tf.sub(tensor([2, 7, 6, 3], 1), 5), tensor([3, 2, 3], 2)]),
      )
    },
  )

  it('floats are divided before they are rounded down, not rounded before', async () => {
    await expectAsOnCpu('webgl', () => [tf.floorDiv(tf.mul(tensor([3, 8], 3), 10), tf.add(tensor([8], 4), 2))])
  })

  it.each(['bilinear', 'nearest'] as const)('crops come from the images that they name, %s', async (method) => {
    const boxes = () => tf.tensor2d([0.11, 0.21, 0.88, 0.7, 0.03, 0.04, 0.97, 0.93, 0.3, 0.01, 0.98, 0.56], [3, 4])
    await expectAsOnCpu('webgl', () => [
      tf.image.cropAndResize(
        tensor([2, 6, 7, 3], 7) as tf.Tensor4D,
        boxes(),
        tf.tensor1d([1, 0, 1], 'int32'),
        [4, 5],
        method,
      ),
    ])
  })

  it('integers are divided as before', async () => {
    const integers = (salt: number) => tf.cast(tf.mul(tensor([3, 8], salt), 100), 'int32')
    await expectAsOnCpu('webgl', () => [tf.floorDiv(integers(5), tf.add(tf.abs(integers(6)), tf.scalar(1, 'int32')))])
  })
})
