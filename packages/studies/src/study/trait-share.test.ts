import type { RawImage } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import { coarseCeiling, controlShares, shareOf, traitShare } from './trait-share.ts'

const trait = {
  width: 4,
  height: 4,
  mask: Uint8Array.of(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  grain: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0),
}

describe('the share on the trait', () => {
  it('counts positive relevance alone, and absolute relevance beside it', () => {
    expect(shareOf([3, -1, 1, -5], Uint8Array.of(1, 1, 0, 0))).toEqual({ positive: 0.75, absolute: 0.4 })
    expect(shareOf([0, 0], Uint8Array.of(1, 0))).toEqual({ positive: 0, absolute: 0 })
  })
  it('sums channels before it takes the positive part', () => {
    const data = new Float32Array(16 * 2)
    data.set([2, -1], 0)
    data.set([3, -2], 30)
    const map = { shape: [1, 4, 4, 2], data, axes: ['batch', 'height', 'width', 'channel'], domain: 'input' as const }
    expect(traitShare(map, 0, trait)).toEqual({ positive: 0.5, absolute: 0.5 })
  })
  it('is the area for a uniform map, and larger for one that knows the grain', () => {
    const image: RawImage = { width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(9) }
    const controls = controlShares(image, trait)
    expect(controls.image).toBe(0.25)
    expect(controls.grain).toBe(0.5)
    expect(controls.centre).toBeCloseTo(0.25, 10)
    expect(controls.edges).toBe(0)
  })
  it('counts what a trait adds beyond the body to the grain', () => {
    const image: RawImage = { width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(9) }
    const body = Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    expect(controlShares(image, { ...trait, grain: body }).grain).toBeCloseTo(4 / 6, 10)
  })
  it('of a perfect coarse map is 1 on the mask’s own grid without upsampling, and less after it', () => {
    expect(coarseCeiling(trait, [4, 4])).toBe(1)
    expect(coarseCeiling(trait, [2, 2])).toBeLessThan(1)
    expect(coarseCeiling(trait, [2, 2])).toBeGreaterThan(0.4)
    expect(coarseCeiling(trait, [1, 1])).toBeCloseTo(0.25, 6)
  })
})
