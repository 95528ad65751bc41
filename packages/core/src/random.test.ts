import { describe, expect, it } from 'vitest'
import { naturalLog, normalQuantile, randomStream, threefry } from './random.ts'

describe('random streams', () => {
  it('agree with the known answers of Random123 for Threefry-2x32-20', () => {
    expect(threefry(0, 0, 0, 0)).toEqual([0x6b200159, 0x99ba4efe])
    expect(threefry(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)).toEqual([0x1cb996fc, 0xbb002be7])
    expect(threefry(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3)).toEqual([0xc4923a9c, 0x483df7a0])
  })
  it('depend on seed and stream number, not on what was drawn before', () => {
    const parent = randomStream(7)
    const before = parent.stream(3).uint32()
    parent.normal()
    expect(parent.stream(3).uint32()).toBe(before)
    expect(randomStream(7, 3).uint32()).toBe(before)
    expect(randomStream(8, 3).uint32()).not.toBe(before)
    expect(randomStream(7, 4).uint32()).not.toBe(before)
  })
  it('give normals that match the inverse normal distribution to 1e-14', () => {
    // Reference: statistics.NormalDist().inv_cdf of Python 3.11.
    const known: [number, number][] = [
      [0.5, 0],
      [0.975, 1.9599639845400536],
      [0.01, -2.3263478740408408],
      [1e-10, -6.361340902404056],
      [1e-13, -7.3487961028006765],
    ]
    for (const [p, z] of known) expect(normalQuantile(p)).toBeCloseTo(z, 13)
  })
  it('have the moments of a standard normal', () => {
    const stream = randomStream(1)
    const n = 100_000
    let sum = 0
    let squares = 0
    let fourth = 0
    for (let i = 0; i < n; i++) {
      const z = stream.normal()
      sum += z
      squares += z * z
      fourth += z ** 4
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.012)
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.02)
    expect(Math.abs(fourth / n - 3)).toBeLessThan(0.15)
  })
  it('draw integers below the bound and reach all of them', () => {
    const stream = randomStream(5)
    const seen = new Set(Array.from({ length: 400 }, () => stream.integer(7)))
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
  it('use a logarithm that is right to the last bits', () => {
    for (const x of [1, 0.7, 0.3, 1e-3, 2 ** -33]) expect(naturalLog(x)).toBeCloseTo(Math.log(x), 13)
  })
})
