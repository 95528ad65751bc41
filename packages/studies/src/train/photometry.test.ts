import { randomStream } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import { blur, jitterColour, standardise } from './photometry.ts'

const noise = (seed: number) => {
  const random = randomStream(seed)
  return { size: 12, data: Float32Array.from({ length: 12 * 12 * 3 }, () => random.uniform()) }
}

describe('augmentation of colours', () => {
  it('blurs a point into a Gaussian whose sum is kept', () => {
    const picture = { size: 15, data: new Float32Array(15 * 15 * 3) }
    picture.data[(7 * 15 + 7) * 3] = 1
    blur(picture, 1.2)
    expect(picture.data.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
    const [centre, side] = [picture.data[(7 * 15 + 7) * 3]!, picture.data[(7 * 15 + 9) * 3]!]
    expect(side / centre).toBeCloseTo(Math.exp(-4 / (2 * 1.2 ** 2)), 5)
  })

  it('stays between 0 and 1 and is the same for the same stream', () => {
    const by = { contrast: 0.5, brightness: 0.3, saturation: 0.5, gain: 0.2 }
    const [a, b, c] = [noise(1), noise(1), noise(1)]
    jitterColour(a, by, randomStream(3))
    jitterColour(b, by, randomStream(3))
    jitterColour(c, by, randomStream(4))
    expect(a.data).toEqual(b.data)
    expect(a.data).not.toEqual(c.data)
    expect(Math.min(...a.data)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...a.data)).toBeLessThanOrEqual(1)
  })

  it('leaves a picture alone when every jitter is zero', () => {
    const [picture, before] = [noise(2), noise(2)]
    jitterColour(picture, { contrast: 0, brightness: 0, saturation: 0, gain: 0 }, randomStream(0))
    picture.data.forEach((value, i) => {
      expect(value).toBeCloseTo(before.data[i]!, 6)
    })
  })

  it('standardises each channel', () => {
    const target = new Float32Array(4)
    standardise({ size: 1, data: Float32Array.of(0.5, 0.5, 1) }, { mean: [0.5, 0.25, 0], std: [1, 0.5, 2] }, target, 1)
    expect([...target]).toEqual([0, 0, 0.5, 0.5])
  })
})
