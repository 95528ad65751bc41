import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cosine, exponential, sine } from './arithmetic.ts'
import { pollenSimLabel, pollenSimSplit } from './labels.ts'
import { committedHashes, committedPairHash, renderedHashes } from './pollen-sim.hashes.ts'
import { pollenSim, pollenSimPair } from './pollen-sim.ts'
import { pollenSimClasses } from './traits.ts'

const count = (mask: Uint8Array): number => mask.reduce((sum, value) => sum + value, 0)

/** Largest difference of any channel, pixel by pixel. */
const distances = (a: Uint8ClampedArray, b: Uint8ClampedArray): number[] =>
  Array.from({ length: a.length / 3 }, (_, i) =>
    Math.max(...[0, 1, 2].map((c) => Math.abs(a[3 * i + c]! - b[3 * i + c]!))),
  )

describe('pollenSim', () => {
  it('renders the same bytes here as everywhere', async () => {
    expect(await renderedHashes()).toEqual({ images: committedHashes, pair: committedPairHash })
  })

  it('uses no arithmetic that engines may round differently', () => {
    const sources = readdirSync(import.meta.dirname).filter((name) => !name.includes('.test.'))
    for (const name of sources) {
      const used = readFileSync(`${import.meta.dirname}/${name}`, 'utf8').match(/Math\.\w+|(?<= )\*\*(?= )/g) ?? []
      const exact = ['abs', 'ceil', 'floor', 'LN2', 'max', 'min', 'round', 'sqrt'].map((f) => `Math.${f}`)
      expect({ name, inexact: used.filter((f) => !exact.includes(f)) }).toEqual({ name, inexact: [] })
    }
  })

  it('draws every nuisance without looking at the class: with the trait removed, all classes are one picture', () => {
    for (const index of [3, 4]) {
      const smooth = pollenSim({ seed: 1, index, class: 'psilate' })
      for (const name of pollenSimClasses) {
        const removed = pollenSim({ seed: 1, index, class: name, twin: 'removed' })
        expect(removed.data).toEqual(smooth.data)
        expect(removed.grain).toEqual(smooth.grain)
        expect(removed.className).toBe(name)
      }
    }
  })

  it.each(pollenSimClasses.slice(1))('plants %s where the mask says, and nowhere else', (name) => {
    const shares = [0, 1, 2, 3].map((index) => {
      const picture = pollenSim({ seed: 2, index, class: name, mask: true })
      const twin = pollenSim({ seed: 2, index, class: name, twin: 'removed', mask: true })
      const moved = distances(picture.data, twin.data)
      expect(Array.from(picture.mask!, (value) => value === 1)).toEqual(moved.map((distance) => distance > 2))
      expect(twin.mask).toEqual(picture.mask)
      expect(Math.max(...moved)).toBeGreaterThan(20)
      return count(picture.mask!) / picture.mask!.length
    })
    for (const share of shares) {
      expect(share).toBeGreaterThan(0.02)
      expect(share).toBeLessThan(0.35)
    }
  })

  it('leaves every byte further than a blur from the mask as it was', () => {
    const reach = 12
    for (const name of ['porate', 'saccate', 'striate'] as const) {
      const { data, mask } = pollenSim({ seed: 2, index: 5, class: name, mask: true })
      const moved = distances(data, pollenSim({ seed: 2, index: 5, class: name, twin: 'removed' }).data)
      const near = new Uint8Array(mask!.length)
      for (const [i, value] of mask!.entries()) {
        if (!value) continue
        const [row, column] = [Math.floor(i / 128), i % 128]
        for (let y = Math.max(0, row - reach); y <= Math.min(127, row + reach); y++) {
          near.fill(1, y * 128 + Math.max(0, column - reach), y * 128 + Math.min(127, column + reach) + 1)
        }
      }
      expect(near.some((value, i) => !value && moved[i]! > 0)).toBe(false)
      expect(near.some((value) => !value)).toBe(true)
    }
  })

  it('gives psilate an empty mask', () => {
    expect(count(pollenSim({ seed: 2, index: 0, class: 'psilate', mask: true }).mask!)).toBe(0)
  })

  it('exchanges traits within the two masks only', () => {
    const of = (name: 'ulcerate' | 'granular') => pollenSim({ seed: 3, index: 8, class: name, mask: true })
    const [a, b] = [of('ulcerate'), of('granular')]
    for (const [i, distance] of distances(a.data, b.data).entries()) {
      // Two differences of at most 2 each may add up outside the masks.
      if (!a.mask![i] && !b.mask![i]) expect(distance).toBeLessThanOrEqual(4)
    }
  })

  it('shows the same scene at every size', () => {
    const [small, large] = [64, 192].map((size) => pollenSim({ seed: 4, index: 1, size }))
    const share = (picture: typeof small) => count(picture!.grain) / picture!.grain.length
    expect(share(small)).toBeCloseTo(share(large), 2)
    const mean = (picture: typeof small) => picture!.data.reduce((a, b) => a + b, 0) / picture!.data.length
    expect(Math.abs(mean(small) - mean(large))).toBeLessThan(3)
  })

  it('adds the scale bar to the confounded class alone, in the corner alone', () => {
    const plain = pollenSim({ seed: 5, index: 2, class: 'porate' })
    const marked = pollenSim({ seed: 5, index: 2, class: 'porate', confound: 'porate' })
    expect(pollenSim({ seed: 5, index: 2, class: 'porate', confound: 'striate' }).data).toEqual(plain.data)
    const moved = distances(plain.data, marked.data).flatMap((distance, i) => (distance > 0 ? [i] : []))
    expect(moved.length).toBeGreaterThan(50)
    for (const i of moved) expect(i % 128 > 90 && Math.floor(i / 128) > 110).toBe(true)
  })

  it.each([
    [{ size: 31 }, /size 31/],
    [{ size: 64.5 }, /size 64.5/],
    [{ index: -1 }, /index -1/],
    [{ seed: Number.NaN }, /seed NaN/],
    [{ class: 'smooth' as never }, /There is no class smooth/],
  ])('refuses %o', (options, message) => {
    expect(() => pollenSim({ seed: 0, index: 0, ...options })).toThrow(message)
  })
})

describe('pollenSimPair', () => {
  it('gives each grain its own class, place and mask', () => {
    for (const index of [0, 1, 2]) {
      const [a, b] = pollenSimPair({ seed: 6, index, mask: true }).grains
      expect(a.label).not.toBe(b.label)
      expect(a.grain.some((value, i) => value && b.grain[i])).toBe(false)
    }
    const [a, b] = pollenSimPair({ seed: 6, index: 0, classes: ['reticulate', 'colpate'], mask: true }).grains
    const inside = (mask: Uint8Array, grain: Uint8Array) =>
      count(mask.map((value, i) => value & grain[i]!)) / count(mask)
    expect(inside(a.mask!, a.grain)).toBeGreaterThan(0.85)
    expect(inside(b.mask!, b.grain)).toBeGreaterThan(0.85)
    expect(inside(a.mask!, b.grain)).toBe(0)
    expect(inside(b.mask!, a.grain)).toBe(0)
  })
})

describe('labels and splits', () => {
  it('has each class once in every ten indices, in another order each time', () => {
    const blocks = Array.from({ length: 20 }, (_, block) =>
      pollenSimClasses.map((_, i) => pollenSimLabel(0, 10 * block + i)),
    )
    for (const block of blocks) expect([...block].sort()).toEqual(pollenSimClasses.map((_, label) => label))
    expect(new Set(blocks.map(String)).size).toBe(20)
  })

  it('never gives two splits the same index', () => {
    const all = (['train', 'validation', 'test'] as const).flatMap((name) => pollenSimSplit(name, 100))
    expect(new Set(all).size).toBe(300)
  })
})

it('approximates sine, cosine and exponential as closely as it claims', () => {
  for (let x = -30; x <= 30; x += 0.0371) {
    expect(Math.abs(sine(x) - Math.sin(x))).toBeLessThan(1e-9)
    expect(Math.abs(cosine(x) - Math.cos(x))).toBeLessThan(1e-9)
    expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-7)
  }
  expect(exponential(-100)).toBe(0)
})
