import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

describe('the gradient of', () => {
  it.each([0, 1, -1])('unstacking along axis %i, also where it gives one tensor', async (axis) => {
    await expectGradient((x) => tf.unstack(x, axis), [given([3, 1, 2], 28)], linear)
  })

  it('one of several parts', async () => {
    await expectGradient((x) => tf.split(x, [1, 3, 2], 1)[1]!, [given([2, 6], 29)], linear)
  })

  it('a split into one part', async () => {
    await expectGradient((x) => tf.split(x, 1, 1), [given([2, 6], 30)], linear)
  })
})
