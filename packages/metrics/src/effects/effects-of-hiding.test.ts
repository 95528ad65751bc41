import '@tensorflow/tfjs-backend-cpu'
import { fromFunction, type NDArray, randomStream } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type EffectsOfHiding, effectsOfHiding, relevanceEffect, scaledInfidelity } from './effects-of-hiding.ts'

const side = 16
const draw = (seed: number) => {
  const random = randomStream(seed)
  return Float32Array.from({ length: side * side }, () => random.normal())
}
const weights = draw(1)
const input: NDArray = { shape: [1, side, side, 1], data: draw(2) }
const mean = input.data.reduce((sum, value) => sum + value, 0) / input.data.length
/** What the score of a linear function loses where a position becomes the mean. */
const loss = input.data.map((value, i) => weights[i]! * (value - mean))
const map = (data: Float32Array): NDArray => ({ shape: [1, side, side], data })
const linear = () =>
  fromFunction(
    (x: tf.Tensor) => ({ out: tf.sum(tf.mul(tf.reshape(x, [-1, side * side]), tf.tensor1d(weights)), 1, true) }),
    {
      inputs: [null, side, side, 1],
      outputs: { out: [null, 1] },
    },
  )

describe('Hidden windows of a linear function', () => {
  let effects: EffectsOfHiding
  beforeAll(async () => {
    await tf.setBackend('cpu')
    effects = await effectsOfHiding(linear(), input, { target: 0, windows: 10, sizes: [1 / 8, 1 / 4] })
  })

  it('lower the score by what they hide', () => {
    effects.windows[0]!.forEach(({ corner: [top, left], size: [height, width] }, k) => {
      let sum = 0
      for (let r = 0; r < height!; r++) for (let c = 0; c < width!; c++) sum += loss[(top! + r) * side + left! + c]!
      expect(effects.falls[0]![k]).toBeCloseTo(sum, 3)
    })
    expect(effects.windows[0]!.map(({ size }) => size[0])).toEqual([...Array(10).fill(2), ...Array(10).fill(4)])
    expect(effects.cost.forward).toBeGreaterThanOrEqual(21)
  })

  it('leave the right map no infidelity, in any unit, and the opposite one all of it', () => {
    expect(scaledInfidelity(map(loss), effects)[0]).toBeCloseTo(0, 5)
    expect(scaledInfidelity(map(loss.map((value) => 50 * value)), effects)[0]).toBeCloseTo(0, 5)
    expect(scaledInfidelity(map(loss.map((value) => -value)), effects)[0]).toBe(1)
    expect(scaledInfidelity(map(loss.map(() => 0)), effects)[0]).toBe(1)
  })

  it('give relevance the effect of where it lies: the mean for a uniform map, 1 for the worst window alone', () => {
    const falls = effects.falls[0]!
    const largest = Math.max(...falls)
    const uniform = falls.reduce((sum, fall) => sum + fall, 0) / falls.length / largest
    expect(relevanceEffect(map(loss.map(() => 3)), effects)[0]).toBeCloseTo(uniform, 5)
    expect(relevanceEffect(map(loss.map(() => -1)), effects)[0]).toBeCloseTo(uniform, 5)
    const only = { ...effects, windows: [[effects.windows[0]![falls.indexOf(largest)]!]], falls: [[largest]] }
    expect(relevanceEffect(map(loss.map(Math.abs)), only)[0]).toBeCloseTo(1, 6)
    expect(relevanceEffect(map(loss), effects)[0]!).toBeGreaterThan(uniform)
  })

  it('count a haze of relevance against a map', () => {
    const right = relevanceEffect(map(loss), effects)[0]!
    expect(relevanceEffect(map(loss.map((value) => Math.max(0, value) + 2)), effects)[0]!).toBeLessThan(right)
  })
})
