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

const tensor = (shape: number[], salt = 1) => tf.tensor(values(sizeOf(shape), salt), shape)

describe('on webgpu', () => {
  it.each([
    ['sum', tf.cumsum],
    ['product', tf.cumprod],
  ] as const)('a cumulative %s from the end is right for one length after another', async (_, cumulative) => {
    await expectAsOnCpu('webgpu', () =>
      [3, 5, 4, 9].flatMap((length) =>
        [0, 1].flatMap((axis) =>
          [false, true].map((exclusive) => cumulative(tensor([length, length]), axis, exclusive, true)),
        ),
      ),
    )
  })

  it('the gradient of a cumulative sum is right for one length after another', async () => {
    await expectAsOnCpu('webgpu', () =>
      [3, 5, 4, 9].map((length) => tf.grad((x) => tf.sum(tf.square(tf.cumsum(x, 1))))(tensor([2, length]))),
    )
  })

  it('a comparison, cast to floats, can be summed over any axis', async () => {
    await expectAsOnCpu('webgpu', () =>
      [0, 1, 2, [0, 2]].map((axis) => tf.sum(tf.cast(tf.greater(tensor([3, 4, 5]), 0), 'float32'), axis)),
    )
  })

  it('a bias is added to a volume, and its gradient is right', async () => {
    const volume = () => tensor([2, 3, 2, 4, 3])
    await expectAsOnCpu('webgpu', () => [
      tf.add(volume(), tensor([3], 2)),
      tf.sub(tensor([3], 2), volume()),
      tf.prelu(volume(), tensor([3], 3)),
      tf.cast(tf.greater(volume(), tensor([3], 2)), 'float32'),
      ...tf.grads((x, b) => tf.sum(tf.square(tf.add(tf.mul(x, b), b))))([volume(), tensor([3], 2)]),
    ])
  })

  it.each([
    ['largest', tf.argMax],
    ['smallest', tf.argMin],
  ] as const)('the first of several %s values is found', async (_, find) => {
    const few = (shape: number[]) => tf.round(tf.mul(tensor(shape), 2))
    await expectAsOnCpu('webgpu', () => [
      find(few([3, 300]), 1),
      find(few([200, 3]), 0),
      find(few([2, 40, 70]), 1),
      find(few([2, 3, 70]), 2),
      find(few([33]), 0),
      find(few([5, 9]), 1),
      find(tensor([3, 300]), 1),
    ])
  })

  it('integers become floats of the same value', async () => {
    await expectAsOnCpu('webgpu', () => {
      const integers = tf.cast(tf.mul(tensor([3, 4, 5]), 1e6), 'int32')
      return [tf.cast(integers, 'float32'), tf.cast(tf.scalar(-7, 'int32'), 'float32')]
    })
  })

  it.each([
    [
      [3, 4],
      [1, 0],
    ],
    [
      [3, 4, 5],
      [0, 2, 1],
    ],
    [
      [3, 4, 5],
      [2, 0, 1],
    ],
    [
      [3, 4, 5, 2],
      [1, 3, 0, 2],
    ],
    [
      [3, 1, 2, 4, 5],
      [4, 0, 1, 3, 2],
    ],
    [
      [3, 1, 2, 4, 5, 2],
      [4, 5, 0, 1, 3, 2],
    ],
  ])('integers and booleans of shape %j are transposed by %j', async (shape, perm) => {
    await expectAsOnCpu('webgpu', () => [
      tf.transpose(tf.cast(tf.mul(tensor(shape), 1e6), 'int32'), perm),
      tf.cast(tf.transpose(tf.greater(tensor(shape), 0), perm), 'int32'),
    ])
  })
})
