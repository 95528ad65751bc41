import { describe, expect, it } from 'vitest'
import { wilsonInterval } from './wilson.ts'

describe('wilsonInterval', () => {
  it('gives the published values', () => {
    // Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    const rows = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const
    for (const [successes, count, low, high] of rows) {
      const interval = wilsonInterval(successes, count)
      expect(interval.low).toBeCloseTo(low, 4)
      expect(interval.high).toBeCloseTo(high, 4)
    }
  })

  it('is symmetric, stays within 0 and 1, and says nothing about nothing', () => {
    const [a, b] = [wilsonInterval(3, 40), wilsonInterval(37, 40)]
    expect(a.low).toBeCloseTo(1 - b.high, 12)
    expect(wilsonInterval(40, 40).high).toBe(1)
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1, level: 0.95 })
  })
})
