import type { AttributionMap } from '@explainnet/core'
import { randomStream } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import { isConstantMap, mapSimilarity } from './map-similarity.ts'
import { midRanks, spearman } from './spearman.ts'
import { structuralSimilarity } from './structural-similarity.ts'
import { sanityVerdict } from './verdict.ts'

const noise = (count: number, seed: number) => {
  const random = randomStream(seed)
  return Float64Array.from({ length: count }, () => random.normal())
}
const map = (data: ArrayLike<number>, shape: number[]): AttributionMap => ({
  shape: [1, ...shape],
  data: Float32Array.from(data),
  axes: ['batch', 'height', 'width'].slice(0, shape.length + 1),
  domain: 'spatial',
})

/** Wang's formula window by window, with two-dimensional weights. */
function naive(a: Float64Array, b: Float64Array, width: number, height: number): number {
  let [total, windows] = [0, 0]
  for (let top = 0; top + 11 <= height; top++) {
    for (let left = 0; left + 11 <= width; left++) {
      let [w, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0]
      for (let r = 0; r < 11; r++) {
        for (let c = 0; c < 11; c++) {
          const weight = Math.exp(-((r - 5) ** 2 + (c - 5) ** 2) / (2 * 1.5 ** 2))
          const [u, v] = [a[(top + r) * width + left + c]!, b[(top + r) * width + left + c]!]
          w += weight
          x += weight * u
          y += weight * v
          xx += weight * u * u
          yy += weight * v * v
          xy += weight * u * v
        }
      }
      const [mx, my] = [x / w, y / w]
      const [vx, vy, cxy] = [xx / w - mx * mx, yy / w - my * my, xy / w - mx * my]
      total += ((2 * mx * my + 1e-4) * (2 * cxy + 9e-4)) / ((mx * mx + my * my + 1e-4) * (vx + vy + 9e-4))
      windows++
    }
  }
  return total / windows
}

describe("Spearman's correlation", () => {
  it('is 1 for any rising function and −1 for any falling one', () => {
    const values = noise(50, 1)
    expect(
      spearman(
        values,
        values.map((value) => Math.exp(value)),
      ),
    ).toBeCloseTo(1, 12)
    expect(
      spearman(
        values,
        values.map((value) => -(value ** 3)),
      ),
    ).toBeCloseTo(-1, 12)
  })
  it('gives equal values the mean of their ranks', () => {
    expect([...midRanks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2])
    // 1 − 6·Σd²/(n³ − n) does not hold with ties: Pearson of the ranks by hand.
    expect(spearman([1, 2, 2], [1, 2, 3])).toBeCloseTo(Math.sqrt(3) / 2, 12)
  })
  it('is undefined for a constant', () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeUndefined()
  })
})

describe('Structural similarity', () => {
  it('is what the formula gives window by window', () => {
    const [a, b] = [noise(17 * 14, 2).map(Math.abs), noise(17 * 14, 3).map(Math.abs)]
    const found = structuralSimilarity({ shape: [14, 17], data: a }, { shape: [14, 17], data: b }, 1)
    expect(found).toBeCloseTo(naive(a, b, 17, 14), 10)
  })
  it('is 1 for equal maps, of signals and of grids smaller than the window too', () => {
    for (const shape of [[40], [4, 5], [16, 16]]) {
      const data = noise(
        shape.reduce((a, b) => a * b, 1),
        4,
      )
      expect(structuralSimilarity({ shape, data }, { shape, data }, 1)).toBeCloseTo(1, 12)
    }
  })
})

describe('Similarity of maps', () => {
  const values = noise(144, 5)
  it('tells signs apart and magnitudes not', () => {
    const [one] = mapSimilarity(
      map(values, [12, 12]),
      map(
        values.map((value) => -value),
        [12, 12],
      ),
    )
    expect(one!.spearman).toBeCloseTo(-1, 12)
    expect(one!.spearmanAbsolute).toBeCloseTo(1, 12)
    expect(one!.ssim).toBeCloseTo(1, 6)
  })
  it('does not depend on the scale of either map', () => {
    const other = map(noise(144, 6), [12, 12])
    const [one] = mapSimilarity(map(values, [12, 12]), other)
    const [scaled] = mapSimilarity(
      map(
        values.map((value) => 1000 * value),
        [12, 12],
      ),
      other,
    )
    expect(scaled!.spearman).toBe(one!.spearman)
    expect(scaled!.ssim).toBeCloseTo(one!.ssim!, 5)
  })
  it('of two constants is 1, of a constant and another map 0', () => {
    const flat = map(
      values.map(() => 3),
      [12, 12],
    )
    expect(mapSimilarity(flat, flat)[0]).toEqual({ spearman: 1, spearmanAbsolute: 1, ssim: 1 })
    expect(mapSimilarity(flat, map(values, [12, 12]))[0]).toEqual({ spearman: 0, spearmanAbsolute: 0, ssim: 0 })
    expect(isConstantMap(flat)).toBe(true)
    expect(isConstantMap(map(values, [12, 12]))).toBe(false)
  })
  it('refuses maps of different shapes', () => {
    expect(() => mapSimilarity(map(values, [12, 12]), map(values, [144]))).toThrow(/cannot be compared/)
  })
})

describe('The verdict', () => {
  const interval = (low: number, high: number) => ({ mean: (low + high) / 2, low, high, n: 9 })
  const [always, noisy] = [interval(1, 1), interval(-0.1, 0.1)]
  it.each([
    ['passes', 'low similarity', interval(-0.1, 0.2), always, undefined],
    ['passes', 'a similarity up to 0.5', interval(0.3, 0.5), always, undefined],
    ['fails', 'an interval that reaches above 0.5', interval(0.3, 0.51), always, undefined],
    ['fails', 'the same map', interval(1, 1), always, undefined],
    [
      'fails',
      'noise, which is no more like itself than like that of another network',
      interval(-0.05, 0.05),
      noisy,
      undefined,
    ],
    ['fails', 'a map that stays when the upper half is randomised', interval(0.1, 0.2), always, interval(0.6, 0.8)],
    ['passes', 'a map that does not', interval(0.1, 0.2), always, interval(0, 0.3)],
  ] as const)('%s for %s', (outcome, _, similarity, own, upper) => {
    expect(sanityVerdict(similarity, own, upper).outcome).toBe(outcome)
  })
})
