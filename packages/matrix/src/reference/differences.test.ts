import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { given, spaced, weightsFor } from '../case.ts'
import { referenceOf, slopesOf } from './differences.ts'

beforeAll(() => tf.setBackend('cpu'))

describe('the reference', () => {
  it('has the slopes of a cube to eight digits, and the backend in use back afterwards', async () => {
    const x = spaced([2, 3], -1, 1.3)
    const { output, slopes } = await referenceOf(() => ({ inputs: [x], forward: (t) => tf.mul(tf.mul(t, t), t) }))
    const weights = weightsFor(6)
    const x3 = Array.from(x.values, (value) => value ** 3)
    const gradient = Array.from(x.values, (value, i) => weights[i]! * 3 * value ** 2)
    for (const i of x3.keys()) {
      expect(output[i]).toBeCloseTo(x3[i]!, 14)
      expect(slopes[0]![i]).toBeCloseTo(slopesOf(gradient)[i]!, 8)
    }
    expect(tf.getBackend()).toBe('cpu')
  })

  it('computes in float64, constants excepted', async () => {
    const { output } = await referenceOf(() => ({ inputs: [given([1], [0.5])], forward: (t) => tf.erf(t) }))
    // Abramowitz & Stegun, table 7.1.
    expect(output[0]).toBeCloseTo(0.5204998778, 10)
  })

  it('sees an error in any single element of a gradient', () => {
    const gradient = new Float64Array(50)
    const clean = slopesOf(gradient)
    for (let i = 0; i < gradient.length; i++) {
      expect(slopesOf(gradient.with(i, 1))).not.toEqual(clean)
    }
  })

  it('takes a gradient in closed form where a row brings one', async () => {
    const { slopes } = await referenceOf(() => ({
      inputs: [given([2], [0, 0])],
      forward: tf.relu,
      gradient: () => [[3, 4]],
    }))
    expect(slopes).toEqual([slopesOf([3, 4])])
  })
})
