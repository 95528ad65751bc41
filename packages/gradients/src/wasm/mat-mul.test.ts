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

describe('matrix multiplication on wasm', () => {
  const cases: [number[], number[], boolean, boolean][] = [
    [[5, 7], [7, 3], false, false],
    [[7, 5], [7, 3], true, false],
    [[5, 7], [3, 7], false, true],
    [[7, 5], [3, 7], true, true],
    [[1, 7, 5], [7, 3], true, false],
    [[4, 7, 5], [4, 7, 3], true, false],
    [[4, 5, 7], [4, 3, 7], false, true],
    [[2, 3, 5, 7], [2, 3, 7, 4], false, false],
    [[4, 5, 7], [1, 3, 7], false, true],
    [[1, 7, 5], [3, 7, 2], true, false],
    [[2, 2, 4, 8], [2, 2, 8, 16], false, false],
    // More rows than are packed at once, and fewer than four of anything.
    [[2, 9, 131], [2, 9, 13], true, false],
    [[70, 6], [12, 6], false, true],
    [[3, 1, 2], [3, 1, 2], true, false],
    [[1, 1], [1, 1], true, true],
  ]
  it.each(cases)(
    'of %j by %j, transposed %s and %s, is that of the cpu backend',
    async (a, b, transposeA, transposeB) => {
      await expectSameOnBoth(() => {
        const left = tf.tensor(values(sizeOf(a), 14), a)
        const right = tf.tensor(values(sizeOf(b), 15), b)
        return [tf.matMul(left, right, transposeA, transposeB)]
      })
    },
  )

  it('has the gradients of a dense layer and leaves no data behind', async () => {
    const gradients = () => {
      const x = tf.tensor(values(4 * 6, 16), [4, 6])
      const w = tf.tensor(values(6 * 3, 17), [6, 3])
      return tf.grads((x, w) => tf.sum(tf.square(tf.matMul(x, w))))([x, w])
    }
    await expectSameOnBoth(gradients)
    const before = tf.backend().numDataIds()
    tf.dispose(tf.tidy(gradients))
    expect(tf.backend().numDataIds()).toBe(before)
  })
})
