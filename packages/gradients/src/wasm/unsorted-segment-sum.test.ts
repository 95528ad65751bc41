import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

describe('the gradient of gather on wasm', () => {
  it.each([0, 1, 2])('adds up where an index comes twice, along axis %i', async (axis) => {
    await expectSameOnBoth(() => {
      const x = tf.tensor(values(4 * 3 * 5, 18), [4, 3, 5])
      const indices = tf.tensor([2, 0, 2, 1], [4], 'int32')
      return [tf.grad((t) => tf.sum(tf.square(tf.gather(t, indices, axis))))(x)]
    })
  })

  it('leaves out rows whose segment does not exist', () => {
    const sums = tf.tidy(() =>
      tf.unsortedSegmentSum(tf.tensor([1, 2, 4, 8]), tf.tensor1d([0, 5, -1, 0], 'int32'), 2).dataSync(),
    )
    expect([...sums]).toEqual([9, 0])
  })
})
