import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectGradient, given, withGradients } from '../../test/finite-differences.ts'
import { use } from '../../test/wasm.ts'

withGradients()

describe.each([
  ['max', tf.max],
  ['min', tf.min],
] as const)('the gradient of %s', (_, f) => {
  it.each([undefined, 0, -1, [0, 2]])('over the axes %j goes to where the value is', async (axis) => {
    await expectGradient((x) => f(x, axis), [given([2, 3, 4], 24)], { step: 0.002, tolerance: 1e-3 })
    await expectGradient((x) => f(x, axis, true), [given([2, 3, 4], 24)], { step: 0.002, tolerance: 1e-3 })
  })

  it.each(['cpu', 'wasm'] as const)('is shared by values that tie, on %s', async (backend) => {
    await use(backend)
    const x = tf.tensor2d([0, 0, 0, 0, 5, 5], [3, 2])
    const gradient = tf.grad((x) => f(x, 1))(x, tf.tensor1d([1, 2, 3]))
    expect(Array.from(gradient.dataSync())).toEqual([0.5, 0.5, 1, 1, 1.5, 1.5])
  })
})
