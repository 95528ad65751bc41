import { describe, expect, it } from 'vitest'
import type { BaselineOption, ModelCard, NDArray, TensorSpec } from './api.ts'
import { resolveBaselines } from './baseline.ts'
import { randomStream } from './random.ts'

const image: TensorSpec = {
  name: 'image',
  shape: [null, 4, 5, 3],
  dtype: 'float32',
  axes: ['batch', 'height', 'width', 'channel'],
}
const tokens: TensorSpec = { name: 'tokens', shape: [null, 2], dtype: 'int32', axes: ['batch', 'token'] }
const pixels: NDArray = {
  shape: [2, 4, 5, 3],
  data: Float32Array.from({ length: 120 }, (_, i) => ((i * 7) % 11) / 5 - 1),
}
const words: NDArray = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }
const card: ModelCard = { input: { range: [-1, 1], channelOrder: 'bgr', mean: [0.1, 0.2, 0.3], std: [0.5, 0.5, 0.5] } }

function resolve(option: BaselineOption, given: ModelCard | undefined = card) {
  const warnings: string[] = []
  const baselines = resolveBaselines(option, {
    specs: [image, tokens],
    card: given,
    inputs: { image: pixels, tokens: words },
    random: randomStream(0),
    warn: (message) => warnings.push(message),
  })
  return {
    warnings,
    baselines,
    image: baselines[0]!.inputs['image']!.data,
    shape: baselines[0]!.inputs['image']!.shape,
  }
}

describe('a baseline', () => {
  it('in raw pixel units is carried through the preprocessing', () => {
    const at = (name: 'black' | 'grey' | 'white') => Array.from(resolve(name).image.subarray(0, 3))
    expect(at('black')).toEqual([-2.2, -2.4, -2.6].map((x) => expect.closeTo(x, 6)))
    expect(at('grey')).toEqual([-0.2, -0.4, -0.6].map((x) => expect.closeTo(x, 6)))
    expect(at('white')).toEqual([1.8, 1.6, 1.4].map((x) => expect.closeTo(x, 6)))
  })
  it('without a card is zero for black, with a warning, and refused for grey', () => {
    const { image: values, warnings, baselines } = resolve('black', {})
    expect(values.every((value) => value === 0)).toBe(true)
    expect(baselines[0]!.name).toBe('zero')
    expect(warnings[0]).toContain('no card')
    expect(() => resolve('grey', {})).toThrow('raw pixel units')
  })
  it('leaves integer inputs as they are, unless they are given', () => {
    expect(resolve('black').baselines[0]!.inputs['tokens']).toBe(words)
    const given = {
      image: { shape: [4, 5, 3], data: new Float32Array(60) },
      tokens: { shape: [2], data: Float32Array.of(8, 9) },
    }
    expect(Array.from(resolve({ inputs: given }).baselines[0]!.inputs['tokens']!.data)).toEqual([8, 9, 8, 9])
  })
  it('of means has the mean of each channel of each example', () => {
    const { image: values } = resolve('mean')
    for (const example of [0, 1]) {
      for (const channel of [0, 1, 2]) {
        let sum = 0
        for (let i = 0; i < 20; i++) sum += pixels.data[example * 60 + i * 3 + channel]! / 20
        expect(values[example * 60 + 33 + channel]).toBeCloseTo(sum, 6)
      }
    }
  })
  it('of blur keeps constants, widens a point as a Gaussian does, and takes sigma', () => {
    const side = 41
    const spec: TensorSpec = { ...image, shape: [null, side, side, 1] }
    const point = new Float32Array(side * side)
    point[20 * side + 20] = 1
    const blurred = (data: Float32Array, sigma: number) =>
      resolveBaselines(
        { blur: sigma },
        {
          specs: [spec],
          card: undefined,
          inputs: { image: { shape: [1, side, side, 1], data } },
          random: randomStream(0),
          warn: () => {},
        },
      )[0]!.inputs['image']!.data
    expect(blurred(new Float32Array(side * side).fill(2), 3).every((value) => Math.abs(value - 2) < 1e-6)).toBe(true)
    for (const sigma of [1.5, 3, 4]) {
      const spread = blurred(point, sigma)
      let variance = 0
      spread.forEach((value, i) => {
        variance += value * ((i % side) - 20) ** 2
      })
      expect(Math.sqrt(variance)).toBeCloseTo(sigma, 0)
      expect(spread[20 * side + 20]).toBeLessThan(1.15 / (2 * Math.PI * sigma * sigma))
    }
  })
  it('of uniform noise lies between raw 0 and 255, is the same for every example, and depends on the seed alone', () => {
    const { image: values } = resolve('uniform')
    expect(Array.from(values.subarray(0, 60))).toEqual(Array.from(values.subarray(60)))
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2.6)
    expect(Math.max(...values)).toBeLessThanOrEqual(1.8)
    expect(new Set(values).size).toBeGreaterThan(50)
    expect(resolve('uniform').image).toEqual(values)
  })
  it('list has equal weights', () => {
    expect(resolve(['black', 'white', { value: 0.5 }]).baselines.map(({ name, weight }) => [name, weight])).toEqual([
      ['black', 1 / 3],
      ['white', 1 / 3],
      ['value 0.5', 1 / 3],
    ])
  })
  it.each<[string, BaselineOption, RegExp]>([
    ['an unknown name', 'pink' as never, /no baseline "pink"/],
    ['an empty list', [], /empty/],
    ['a blur of nothing', { blur: 0 }, /no baseline/],
    ['a value that is no number', { value: Number.NaN }, /no baseline/],
    ['an array of the wrong size', { inputs: { shape: [3], data: new Float32Array(3) } }, /shape \[3\]/],
    ['a missing input', { inputs: { image: pixels } }, /lacks input 'tokens'/],
  ])('refuses %s', (_, option, message) => {
    expect(() => resolve(option)).toThrow(message)
  })
})
