import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'
import type { WasmBackend } from './backend.ts'
import { outrunsBackend } from './module.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const numbers = (shape: number[], salt: number) =>
  tf.tensor(values(sizeOf(shape), salt), shape as [number, number, number, number]) as tf.Tensor4D

/** Over 32 positions and 512 products a position, where the matrix products take over. */
const convolutions = [
  { image: [2, 11, 9, 16], filter: [3, 3, 16, 8], strides: 1, pad: 'same' },
  { image: [1, 12, 15, 17], filter: [3, 2, 17, 9], strides: 1, pad: 'valid' },
  { image: [2, 21, 19, 13], filter: [5, 3, 13, 6], strides: [2, 1], pad: 'same' },
  { image: [1, 14, 13, 20], filter: [3, 3, 20, 7], strides: 1, pad: 'same', dilations: [2, 3] },
  { image: [3, 8, 8, 33], filter: [1, 1, 33, 34], strides: 1, pad: 'valid' },
  { image: [1, 24, 22, 20], filter: [4, 4, 20, 5], strides: 2, pad: 1 },
] as const

describe('a convolution by matrix products on wasm', () => {
  it('is what this engine runs, which has relaxed SIMD', () => {
    expect(outrunsBackend(tf.backend() as unknown as WasmBackend)).toBe(true)
  })

  it.each(convolutions)('of $image by $filter, strides $strides, padding $pad is that of cpu', async (one) => {
    const { image, filter, strides, pad } = one
    const dilations = 'dilations' in one ? ([...one.dilations] as [number, number]) : 1
    await expectSameOnBoth(() => {
      const x = numbers([...image], 1)
      return [tf.conv2d(x, numbers([...filter], 2), strides as [number, number], pad, 'NHWC', dilations)]
    }, 2e-6)
  })

  it.each(['linear', 'relu', 'relu6', 'elu'] as const)('with a bias and %s is that of cpu', async (activation) => {
    await expectSameOnBoth(() => {
      const bias = tf.mul(tf.reshape(numbers([10], 3), [10]), 6)
      const [x, filter] = [tf.mul(numbers([2, 9, 9, 12], 1), 4) as tf.Tensor4D, numbers([3, 3, 12, 10], 2)]
      return [tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation })]
    }, 2e-6)
  })

  it.each([
    [1, 40],
    [6, 6],
    [5, 5],
  ])('of %i×%i positions gives an example the same values, bit for bit, alone and among others', async (...sides) => {
    await use('wasm')
    const [all, alone] = tf.tidy(() => {
      const x = numbers([7, ...sides, 25], 1)
      const of = (from: number, count: number) =>
        tf.conv2d(tf.slice(x, from, count), numbers([1, 3, 25, 25], 2), 1, 'same').arraySync()
      return [of(0, 7), Array.from({ length: 7 }, (_, row) => of(row, 1)[0]!)]
    })
    expect(alone).toEqual(all)
  })

  it('gives equal windows equal values, bit for bit, wherever they are: ties stay ties', async () => {
    await use('wasm')
    const rows = tf.tidy(() => {
      const x = tf.tile(numbers([1, 1, 1, 19], 1), [2, 13, 12, 1]) as tf.Tensor4D
      const y = tf.conv2d(x, numbers([3, 3, 19, 11], 2), 1, 'valid')
      return tf.reshape(y, [-1, 11]).arraySync() as number[][]
    })
    expect(rows.length).toBe(2 * 11 * 10)
    for (const row of rows) expect(row).toEqual(rows[0])
  })

  it('leaves no tensor and no memory behind', async () => {
    await use('wasm')
    const before = tf.memory()
    for (let i = 0; i < 5; i++)
      tf.tidy(() => void tf.conv2d(numbers([1, 12, 12, 16], 1), numbers([3, 3, 16, 8], 2), 1, 'same'))
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numBytes: before.numBytes })
  })
})
