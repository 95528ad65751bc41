import type { AttributionMap, NDArray } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import { positionMaps } from './position-maps.ts'
import { randomValues, ranking } from './ranking.ts'
import { trivialMaps } from './trivial-maps.ts'

const axes = ['batch', 'height', 'width', 'channel'] as const

/** Sobel as the textbook has it, for an image [height, width] of one channel. */
function sobel(image: Float32Array, height: number, width: number): number[] {
  const at = (y: number, x: number) =>
    image[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))]!
  const kernel = [
    [-1, 0, 1],
    [-2, 0, 2],
    [-1, 0, 1],
  ]
  return Array.from(image, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width]
    let [across, down] = [0, 0]
    kernel.forEach((row, a) => {
      row.forEach((weight, b) => {
        across += weight * at(y + a - 1, x + b - 1)
        down += weight * at(y + b - 1, x + a - 1)
      })
    })
    return Math.hypot(across, down)
  })
}

describe('trivial maps', () => {
  const image = Float32Array.from({ length: 5 * 7 }, (_, i) => (i * i * 7) % 11)

  it('find edges as a Sobel filter does, of the mean over channels', () => {
    const coloured = Float32Array.from({ length: 70 }, (_, i) => image[i >> 1]! + (i % 2 === 0 ? 3 : -3))
    const { edges } = trivialMaps({ shape: [1, 5, 7, 2], data: coloured }, axes)
    sobel(image, 5, 7).forEach((value, i) => {
      expect(edges!.data[i]).toBeCloseTo(value, 4)
    })
  })

  it('have their centre in the middle, a quarter of each side wide', () => {
    const { centre } = trivialMaps({ shape: [1, 5, 7, 1], data: image }, axes)
    const value = (y: number, x: number) =>
      Math.exp(-((((y + 0.5) / 5 - 0.5) ** 2 + ((x + 0.5) / 7 - 0.5) ** 2) / (2 * 0.25 ** 2)))
    centre!.data.forEach((one, i) => {
      expect(one).toBeCloseTo(value(Math.floor(i / 7), i % 7), 6)
    })
  })

  it('are signals’ differences in one dimension, and random alone for features', () => {
    const signal = { shape: [1, 4, 1], data: Float32Array.of(0, 1, 5, 5) }
    const { edges } = trivialMaps(signal, ['batch', 'time', 'channel'])
    expect([...edges!.data]).toEqual([1, 5, 4, 0])
    expect(Object.keys(trivialMaps({ shape: [1, 4], data: signal.data }, ['batch', 'feature']))).toEqual(['random'])
  })

  it('are random by seed and example, not by the place in the batch', () => {
    const two: NDArray = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }
    const one: NDArray = { shape: [1, 3], data: Float32Array.of(4, 5, 6) }
    const random = (input: NDArray, seed = 0) => [...trivialMaps(input, ['batch', 'feature'], seed).random!.data]
    expect(random(two).slice(3)).toEqual(random(one))
    expect(random(two).slice(0, 3)).not.toEqual(random(one))
    expect(random(one, 1)).not.toEqual(random(one))
  })
})

describe('a ranking', () => {
  it('goes from the largest value down, and orders equal ones at random', () => {
    const ties = randomValues(Float32Array.of(1, 2), 6, 0)
    const order = ranking(Float32Array.of(1, 1, 9, -2, 1, 5), ties)
    expect([...order.subarray(0, 2)]).toEqual([2, 5])
    expect(order[5]).toBe(3)
    const equal = [...order.subarray(2, 5)]
    expect(equal).toEqual([0, 1, 4].sort((a, b) => ties[b]! - ties[a]!))
  })
})

describe('maps on positions', () => {
  const ground = { axes, shape: [1, 2, 2, 3] }
  const layer = (shape: number[], data: number[], names: string[]): AttributionMap => ({
    shape,
    data: Float32Array.from(data),
    axes: names,
    domain: 'layer',
    layer: { name: 'conv' },
  })

  it('upsample a layer’s map with half-pixel centres', () => {
    const wide = { axes, shape: [1, 1, 4, 3] }
    const { data } = positionMaps(layer([1, 1, 2], [0, 4], ['batch', 'height', 'width']), wide)
    expect([...data]).toEqual([0, 1, 3, 4])
  })

  it('refuse what does not lie on the input, or holds no numbers', () => {
    const spatial = (shape: number[], value = 1) => ({
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b)).fill(value),
    })
    expect(() => positionMaps(spatial([1, 3, 2]), ground)).toThrow('does not lie on an input of shape [1, 2, 2, 3]')
    expect(() => positionMaps(spatial([2, 2, 2]), ground)).toThrow('does not lie on')
    expect(() => positionMaps(spatial([1, 2, 2], Number.NaN), ground)).toThrow('not finite')
    expect(() => positionMaps(layer([1, 5], [1, 2, 3, 4, 5], ['batch', 'channel']), ground)).toThrow('does not lie on')
  })
})
