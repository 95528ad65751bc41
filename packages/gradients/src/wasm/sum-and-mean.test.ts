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

describe('sum and mean on wasm', () => {
  const shape = [3, 4, 5, 17]
  it.each([[[0]], [[1]], [[3]], [[0, 1, 2]], [[1, 2]], [[0, 2]], [[0, 3]], [[1, 3]], [[0, 1, 2, 3]], [[-1]], [[]]])(
    'reduce axes %j as the cpu backend does, with and without keeping them',
    async (axes) => {
      await expectSameOnBoth(() => {
        const x = tf.tensor(values(sizeOf(shape)), shape)
        const whole = tf.cast(tf.mul(x, 100), 'int32')
        return [x, whole].flatMap((t) => [
          tf.sum(t, axes),
          tf.mean(t, axes),
          tf.sum(t, axes, true),
          tf.mean(t, axes, true),
        ])
      }, 3e-6)
    },
  )

  it.each([[[2, 64]], [[70, 33]], [[1, 5]], [[600, 16]], [[513, 20]]])('reduce either axis of %j', async (size) => {
    await expectSameOnBoth(() => {
      const x = tf.tensor(values(sizeOf(size)), size)
      return [tf.sum(x, 0), tf.sum(x, 1), tf.mean(x, 0), tf.mean(x, 1), tf.sum(x)]
    }, 3e-6)
  })

  it('keep six digits over a million values', () => {
    const x = values(1_000_000, 13).map((v) => 1 + v / 10)
    const exact = x.reduce((a, b) => a + b, 0) / x.length
    const [row, column] = tf.tidy(() => [
      tf.mean(tf.tensor(x)).dataSync()[0]!,
      Array.from(tf.mean(tf.tensor(x, [x.length / 2, 2]), 0).dataSync()).reduce((a, b) => a + b / 2, 0),
    ])
    expect(Math.abs(row / exact - 1)).toBeLessThan(1e-6)
    expect(Math.abs(column / exact - 1)).toBeLessThan(1e-6)
  })

  it('leave no data behind in the backend', () => {
    const before = tf.backend().numDataIds()
    tf.dispose(
      tf.tidy(() => [
        tf.sum(tf.ones([2, 3, 4]), [0, 2]),
        tf.mean(tf.ones([2, 3, 4]), [0, 2]),
        tf.sum(tf.ones([2]), []),
      ]),
    )
    expect(tf.backend().numDataIds()).toBe(before)
  })
})
