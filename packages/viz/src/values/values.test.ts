import type { AttributionMap } from '@explainnet/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridOf } from './grid.ts'
import { normalise, normaliseGrid } from './normalise.ts'
import { resizeBilinear, resizeNearest } from './resize.ts'

const map = (shape: number[], axes: string[], data: ArrayLike<number>): AttributionMap => ({
  shape,
  axes,
  domain: 'input',
  data: Float32Array.from(data),
})
const image = (shape: number[], data: ArrayLike<number>) => map(shape, ['batch', 'height', 'width', 'channel'], data)

describe('channels become one value a position', () => {
  const values = image([2, 1, 2, 3], [1, -4, 2, 3, 3, 3, 0, 0, 0, 6, 0, -8])
  it('as the sum, which keeps signs', () => expect([...gridOf(values, 0).data]).toEqual([-1, 9]))
  it('as the largest |value|', () => expect([...gridOf(values, 0, 'max-abs').data]).toEqual([4, 3]))
  it('as the mean of |value|', () => expect([...gridOf(values, 1, 'mean-abs').data]).toEqual([0, Math.fround(14 / 3)]))
  it('as the Euclidean norm', () => expect([...gridOf(values, 1, 'l2').data]).toEqual([0, 10]))
  it('as the mean', () => expect([...gridOf(values, 0, 'mean').data]).toEqual([Math.fround(-1 / 3), 3]))
  it('as one of them', () => expect([...gridOf(values, 1, 2).data]).toEqual([0, -8]))
})

it('a signal is a grid of height 1, and a spatial map needs no channel axis', () => {
  expect(gridOf(map([1, 3, 2], ['batch', 'time', 'channel'], [1, 1, 2, 2, 3, 3]))).toMatchObject({
    width: 3,
    height: 1,
  })
  expect(gridOf(map([1, 2, 3], ['batch', 'height', 'width'], [1, 2, 3, 4, 5, 6]))).toMatchObject({
    width: 3,
    height: 2,
  })
})

it('values of segments are painted onto their segments', () => {
  const segments = { shape: [1, 2, 2], data: Float32Array.from([0, 1, 1, 2]) }
  const painted = gridOf({ ...map([1, 3], ['batch', 'feature'], [5, 6, 7]), domain: 'segments', segments })
  expect(painted).toMatchObject({ width: 2, height: 2 })
  expect([...painted.data]).toEqual([5, 6, 6, 7])
})

it('what cannot be drawn is refused with a code', () => {
  const code = (code: string) => expect.objectContaining({ code })
  expect(() => gridOf(image([1, 1, 1, 1], [Number.NaN]))).toThrow(code('non-finite-output'))
  expect(() => gridOf(image([1, 1, 1, 1], [Number.NaN]), 0, 'max-abs')).toThrow(code('non-finite-output'))
  expect(() => gridOf(image([1, 1, 1, 1], [1]), 1)).toThrow(code('index-out-of-range'))
  expect(() => gridOf(image([1, 1, 1, 1], [1]), 0, 1)).toThrow(code('index-out-of-range'))
  expect(() => gridOf(image([1, 2, 1, 1], [1]))).toThrow(code('bad-shape'))
  expect(() => gridOf(map([1, 1, 1, 1], ['batch', 'depth', 'height', 'width'], [1]))).toThrow(code('bad-shape'))
  expect(() => normalise(image([1, 1, 1, 1], [1]), 0, { percentile: 0 })).toThrow(code('bad-option'))
})

describe('normalise', () => {
  const line = (values: number[]) => ({ width: values.length, height: 1, data: Float32Array.from(values) })

  it('caps at the 99th percentile of |value|, by linear interpolation', () => {
    const values = Array.from({ length: 101 }, (_, i) => i)
    const { limit, data, signed } = normaliseGrid(line(values))
    expect([limit, signed]).toEqual([99, false])
    expect([data[0], data[33], data[99], data[100]]).toEqual([0, Math.fround(1 / 3), 1, 1])
  })

  it('is symmetric about zero for signed values', () => {
    const { data, signed } = normaliseGrid(line([-4, -2, 0, 1]), { percentile: 100 })
    expect(signed).toBe(true)
    expect([...data]).toEqual([-1, -0.5, 0, 0.25])
  })

  it('caps the negative end at the same size', () => {
    const { data } = normaliseGrid(line([-8, 1, 2]), { limit: 2 })
    expect([...data]).toEqual([-1, 0.5, 1])
  })

  it('takes |value| when told that the map is unsigned', () => {
    expect([...normaliseGrid(line([-4, 2, 0]), { percentile: 100, signed: false }).data]).toEqual([1, 0.5, 0])
  })

  it('does not look at batch mates', () => {
    const both = normalise(image([2, 1, 2, 1], [1, 2, -1000, 3000]), 0)
    expect(both).toEqual(normalise(image([1, 1, 2, 1], [1, 2]), 0))
  })

  it('gives zeros and a flag, never NaN, for constant maps', () => {
    for (const value of [0, 3, -2]) {
      const { data, flat } = normaliseGrid(line([value, value, value]))
      expect([flat, ...data]).toEqual([true, 0, 0, 0])
    }
  })

  it('shows a map whose 99th percentile is zero by its maximum', () => {
    const values = new Array<number>(1000).fill(0)
    values[7] = 5
    const { limit, data, flat } = normaliseGrid(line(values))
    expect([limit, data[7], data[8], flat]).toEqual([5, 1, 0, false])
  })
})

describe('resizing with half-pixel centres', () => {
  it('agrees with a plain reading of the definition', () => {
    const size = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(size, size, size, size, (width, height, toWidth, toHeight) => {
        const data = Float32Array.from({ length: width * height }, (_, i) => ((i * 37) % 11) - 5)
        const resized = resizeBilinear({ width, height, data }, toWidth, toHeight)
        const hat = (distance: number) => Math.max(0, 1 - Math.abs(distance))
        const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most)
        for (let y = 0; y < toHeight; y++) {
          for (let x = 0; x < toWidth; x++) {
            const u = clamp(((x + 0.5) * width) / toWidth - 0.5, width - 1)
            const v = clamp(((y + 0.5) * height) / toHeight - 0.5, height - 1)
            let sum = 0
            data.forEach((value, i) => {
              sum += value * hat((i % width) - u) * hat(Math.floor(i / width) - v)
            })
            expect(resized.data[y * toWidth + x]).toBeCloseTo(sum, 4)
          }
        }
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('doubles [0, 1] to [0, ¼, ¾, 1]', () => {
    const { data } = resizeBilinear({ width: 2, height: 1, data: Float32Array.of(0, 1) }, 4, 1)
    expect([...data]).toEqual([0, 0.25, 0.75, 1])
  })

  it('keeps cells whole when asked for the nearest', () => {
    const { data } = resizeNearest({ width: 2, height: 1, data: Float32Array.of(3, 8) }, 5, 1)
    expect([...data]).toEqual([3, 3, 8, 8, 8])
  })
})
