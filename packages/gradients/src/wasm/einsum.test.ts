import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const tensor = (shape: number[], salt: number) => tf.tensor(values(sizeOf(shape), salt), shape)

describe("Einstein's sums on wasm", () => {
  it.each<[string, number[][]]>([
    ['ij->ij', [[3, 4]]],
    ['ij->ji', [[3, 4]]],
    ['ijk->k', [[2, 3, 4]]],
    ['ij->', [[3, 4]]],
    [
      'ij,jk->ik',
      [
        [3, 4],
        [4, 5],
      ],
    ],
    [
      'ij,kj->ki',
      [
        [3, 4],
        [5, 4],
      ],
    ],
    [
      'ij,ij->',
      [
        [3, 4],
        [3, 4],
      ],
    ],
    ['i,j->ij', [[3], [4]]],
    [
      'bhqd, bhkd -> bhqk',
      [
        [2, 3, 4, 5],
        [2, 3, 6, 5],
      ],
    ],
    [
      'bqhd,bkhd->bhqk',
      [
        [2, 4, 3, 5],
        [2, 6, 3, 5],
      ],
    ],
    [
      'ijl,jk->ik',
      [
        [2, 3, 4],
        [3, 5],
      ],
    ],
  ])('are those of the cpu backend: %s', async (equation, shapes) => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()]
    await expectSameOnBoth(() => {
      const y = tf.einsum(equation, ...shapes.map(tensor))
      return [y, tf.tensor(y.shape)]
    }, 5e-6)
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  })

  it('have gradients', async () => {
    await expectSameOnBoth(() =>
      tf.grads((a, b) => tf.sum(tf.square(tf.einsum('ij,jk->ik', a, b))))([tensor([3, 4], 1), tensor([4, 5], 2)]),
    )
  })

  it('turn a picture grey', async () => {
    await expectSameOnBoth(() => [tf.image.rgbToGrayscale(tensor([2, 3, 4, 3], 3) as tf.Tensor4D)])
  })
})
