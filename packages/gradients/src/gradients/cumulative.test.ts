import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, type Given, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

const x = given([2, 3, 5], 21, 0.5, 1)
/** With no, one and two zeros in a row. */
const zeros: Given = { shape: [3, 5], values: [1, 2, -1, 3, 0.5, 2, 0, 3, -1, 2, 0, 3, 1, 0, 2] }
const options = [0, 1, 2].flatMap((axis) =>
  [false, true].flatMap((exclusive) => [false, true].map((reverse) => [axis, exclusive, reverse] as const)),
)

describe.each(options)('along axis %i, exclusive %s, reverse %s', (axis, exclusive, reverse) => {
  it('the gradient of a running sum is a running sum the other way', async () => {
    await expectGradient((x) => tf.cumsum(x, axis, exclusive, reverse), [x], linear)
  })

  it('the gradient of a running product', async () => {
    await expectGradient((x) => tf.cumprod(x, axis, exclusive, reverse), [x], linear)
  })
})

describe('zeros', () => {
  it.each([false, true])('have a gradient in a running product, exclusive %s', async (exclusive) => {
    await expectGradient((x) => tf.cumprod(x, 1, exclusive), [zeros], linear)
  })

  it('have a gradient in a product', async () => {
    await expectGradient((x) => tf.prod(x, 1), [zeros], linear)
  })
})

describe('the gradient of a product', () => {
  it.each([undefined, 0, -1, [0, 2], [-1, 0]])('over the axes %j', async (axis) => {
    await expectGradient((x) => tf.prod(x, axis), [x], linear)
    await expectGradient((x) => tf.prod(x, axis, true), [x], linear)
  })
})
