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

describe('tile on wasm', () => {
  it.each([
    [[3], [4]],
    [
      [1, 1, 1, 5],
      [2, 3, 4, 1],
    ],
    [
      [2, 3],
      [3, 2],
    ],
    [
      [2, 1, 3],
      [1, 7, 1],
    ],
    [
      [2, 2, 2, 2],
      [2, 1, 3, 2],
    ],
    [
      [4, 5],
      [1, 1],
    ],
  ])('repeats %j by %j as the cpu backend does', async (shape, reps) => {
    await expectSameOnBoth(() => [
      tf.tile(tf.tensor(values(sizeOf(shape)), shape), reps),
      tf.tile(
        tf.tensor(
          values(sizeOf(shape)).map((v) => v * 100),
          shape,
          'int32',
        ),
        reps,
      ),
      tf.tile(tf.greater(tf.tensor(values(sizeOf(shape)), shape), 0), reps),
    ])
  })

  it('leaves no data behind in the backend', () => {
    const before = tf.backend().numDataIds()
    tf.dispose(tf.tidy(() => tf.tile(tf.ones([2, 3, 4]), [2, 2, 2])))
    tf.dispose(tf.tidy(() => tf.tile(tf.ones([2, 3, 4]), [1, 1, 1])))
    expect(tf.backend().numDataIds()).toBe(before)
  })
})
