import { describe, expect, it } from 'vitest'
import { bootstrapMean, pairedDifference } from './bootstrap.ts'

const values = Array.from({ length: 200 }, (_, i) => (i % 10) / 10)

describe('bootstrapMean', () => {
  it('has an interval near mean ± 1.96 standard errors, and a wider one for more confidence', () => {
    const { mean, low, high, n } = bootstrapMean(values)
    const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 200 / 200)
    expect(n).toBe(200)
    expect(mean).toBeCloseTo(0.45, 10)
    for (const end of [mean - low, high - mean]) expect(Math.abs(end / error - 1.96)).toBeLessThan(0.2)
    const sure = bootstrapMean(values, { confidence: 0.99 })
    expect(sure.high - sure.low).toBeGreaterThan(1.15 * (high - low))
  })
  it('is the same for the same seed, and another for another', () => {
    expect(bootstrapMean(values)).toEqual(bootstrapMean(values))
    expect(bootstrapMean(values, { seed: 1 }).low).not.toBe(bootstrapMean(values).low)
  })
  it('is the value itself where there is one', () => {
    expect(bootstrapMean([3])).toEqual({ mean: 3, low: 3, high: 3, n: 1 })
  })
  it('refuses no values, values that are no numbers, and impossible options', () => {
    expect(() => bootstrapMean([])).toThrow('There is no value')
    expect(() => bootstrapMean([1, Number.NaN])).toThrow('not finite')
    expect(() => bootstrapMean([1], { confidence: 1 })).toThrow('a confidence of 1')
  })
})

it('a paired difference sees through what both lists share', () => {
  const shifted = values.map((value, i) => value + 0.01 + (i % 3) * 0.001)
  const paired = pairedDifference(shifted, values)
  expect(paired.mean).toBeCloseTo(0.011, 4)
  expect(paired.low).toBeGreaterThan(0.0105)
  const [a, b] = [bootstrapMean(shifted), bootstrapMean(values)]
  expect(a.low).toBeLessThan(b.high)
  expect(() => pairedDifference([1], [1, 2])).toThrow('There are 1 and 2 values.')
})
