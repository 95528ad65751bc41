import { readFile } from 'node:fs/promises'
import type { AttributionMap, NDArray } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import { pointingGame } from './pointing-game.ts'
import { relevanceMassAccuracy, relevanceRankAccuracy } from './relevance.ts'

const map = (...values: number[]): NDArray => ({ shape: [1, 2, 3], data: Float32Array.from(values) })
const mask = { shape: [1, 2, 3], data: [1, 1, 0, 0, 0, 0] }

describe('a map of six positions against a mask of two', () => {
  it('has the share of its positive relevance that lies inside', () => {
    expect(relevanceMassAccuracy(map(3, -5, 1, 0, -2, 0), mask).values).toEqual([0.75])
    expect(relevanceMassAccuracy(map(-3, -5, -1, 0, -2, 0), mask).values).toEqual([0])
    expect(relevanceMassAccuracy(map(2, 2, 2, 2, 2, 2), mask).values[0]).toBeCloseTo(1 / 3, 6)
  })
  it('has the share inside of its two most relevant positions', () => {
    expect(relevanceRankAccuracy(map(3, -5, 1, 0, -2, 0), mask).values).toEqual([0.5])
    expect(relevanceRankAccuracy(map(3, 2, 1, 0, 0, 0), mask).values).toEqual([1])
  })
  it('points at its largest value, and may miss by the tolerance', () => {
    const lowerRight = map(0, 0, 0, 0, 0, 9)
    expect(pointingGame(map(0, 9, 0, 0, 0, 0), mask).values).toEqual([1])
    expect(pointingGame(lowerRight, mask).values).toEqual([0])
    // The nearest position inside is one up and one to the left.
    expect(pointingGame(lowerRight, mask, { tolerance: 1.4 }).values).toEqual([0])
    expect(pointingGame(lowerRight, mask, { tolerance: 1.42 }).values).toEqual([1])
  })
  it('sums channels, or takes their magnitudes', () => {
    const channels: AttributionMap = {
      shape: [1, 2, 3, 2],
      data: Float32Array.of(2, -1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0),
      axes: ['batch', 'height', 'width', 'channel'],
      domain: 'input',
    }
    expect(relevanceMassAccuracy(channels, mask).values).toEqual([0.25])
    expect(relevanceMassAccuracy(channels, mask, { channels: 'sum-absolute' }).values).toEqual([0.5])
    expect(relevanceMassAccuracy(channels, mask, { channels: 'max-absolute' }).values).toEqual([0.5])
  })
})

it('a coarse map of a layer is upsampled to the mask', () => {
  const coarse: AttributionMap = {
    shape: [1, 1, 1, 2],
    data: Float32Array.of(3, -1),
    axes: ['batch', 'height', 'width', 'channel'],
    domain: 'layer',
    layer: { name: 'conv' },
  }
  expect(relevanceMassAccuracy(coarse, mask).values[0]).toBeCloseTo(1 / 3, 6)
})

it('positions of a segment take its value', () => {
  const segments: AttributionMap = {
    shape: [1, 2],
    data: Float32Array.of(3, 1),
    axes: ['batch', 'segment'],
    domain: 'segments',
    segments: { shape: [1, 2, 3], data: Float32Array.of(0, 0, 1, 1, 1, 1) },
  }
  expect(relevanceMassAccuracy(segments, mask).values[0]).toBeCloseTo(0.6, 6)
})

it('stands beside maps that know nothing; edges only where the input is known', () => {
  const result = relevanceRankAccuracy(map(3, 2, 1, 0, 0, 0), mask)
  expect(Object.keys(result.trivial)).toEqual(['random', 'centre'])
  const input = { shape: [1, 2, 3, 1], data: Float32Array.of(0, 9, 0, 0, 0, 0) }
  const beside = relevanceRankAccuracy(map(3, 2, 1, 0, 0, 0), mask, { input })
  expect(Object.keys(beside.trivial)).toEqual(['random', 'centre', 'edges'])
  expect(beside.trivial.edges!.difference.mean).toBe(1 - beside.trivial.edges!.values[0]!)
})

it('names masks of another size, and empty ones', () => {
  const wrong = { shape: [1, 3, 2], data: [1, 1, 0, 0, 0, 0] }
  expect(() => relevanceMassAccuracy(map(1, 2, 3, 4, 5, 6), wrong)).toThrow('Masks of shape [1, 3, 2]')
  const empty = { shape: [1, 2, 3], data: [0, 0, 0, 0, 0, 0] }
  expect(() => relevanceRankAccuracy(map(1, 2, 3, 4, 5, 6), empty)).toThrow('The mask of example 0 is empty.')
})

it('agrees with Quantus', async () => {
  const { localisation } = JSON.parse(await readFile(new URL('../../fixtures/reference.json', import.meta.url), 'utf8'))
  const shape = [4, 6, 5]
  const maps = { shape, data: Float32Array.from(localisation.maps.flat(2)) }
  const masks = { shape, data: localisation.masks.flat(2) as number[] }
  const results = {
    mass: relevanceMassAccuracy(maps, masks).values,
    rank: relevanceRankAccuracy(maps, masks).values,
    pointing: pointingGame(maps, masks).values,
  }
  for (const [name, values] of Object.entries(results)) {
    values.forEach((value, i) => {
      expect(value, name).toBeCloseTo(localisation[name][i], 4)
    })
  }
})
