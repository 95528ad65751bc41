import { interpolateRdBu } from 'd3-scale-chromatic'
import { decode } from 'fast-png'
import { expect, it } from 'vitest'
import { normaliseGrid } from '../values/normalise.ts'
import { colourNames, colourOf, isDiverging } from './colour-map.ts'
import { colourise, overlay } from './colourise.ts'
import { contour, contourPath, outlineOf } from './contour.ts'
import { encodePng, type Pixels, shrink } from './pixels.ts'

const diverging = colourNames.filter(isDiverging)
const grid = (values: number[], width = values.length) => ({
  width,
  height: values.length / width,
  data: Float32Array.from(values),
})
const luma = ([r, g, b]: readonly number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!

it('zero has the neutral middle colour of every diverging map, and both ends are darker', () => {
  for (const name of diverging) {
    const middle = colourOf(name, 0)
    expect(Math.max(...middle) - Math.min(...middle)).toBeLessThan(12)
    expect(luma(middle)).toBeGreaterThan(235)
    expect(luma(colourOf(name, -1))).toBeLessThan(110)
    expect(luma(colourOf(name, 1))).toBeLessThan(110)
  }
})

it('zero and both ends are exactly those of ColorBrewer', () => {
  const expected = [interpolateRdBu(1), interpolateRdBu(0.5), interpolateRdBu(0)]
  expect([-1, 0, 1].map((value) => `rgb(${colourOf('red-blue', value).join(', ')})`)).toEqual(expected)
})

it('red is positive in red-blue', () => {
  const [red, , blue] = colourOf('red-blue', 0.8)
  expect(red).toBeGreaterThan(blue)
})

it('inferno, viridis and cividis grow lighter with the value', () => {
  for (const name of ['inferno', 'viridis', 'cividis'] as const) {
    const lumas = Array.from({ length: 33 }, (_, i) => luma(colourOf(name, i / 32)))
    lumas.slice(1).forEach((value, i) => void expect(value).toBeGreaterThan(lumas[i]!))
  }
})

it('a signed map is drawn with its zeros in exactly the middle colour', () => {
  const { data } = colourise(normaliseGrid(grid([-1, 0, 5])), { colours: 'orange-purple' })
  expect([...data.slice(4, 8)]).toEqual([...colourOf('orange-purple', 0), 255])
})

it('relevance as alpha gives the opaque colours again over the colour of zero', () => {
  const values = Array.from({ length: 201 }, (_, i) => i / 100 - 1)
  for (const colours of colourNames) {
    const shown = isDiverging(colours) ? values : values.filter((value) => value >= 0)
    const map = { ...grid(shown), signed: isDiverging(colours), limit: 1, flat: false }
    const [opaque, clear] = [colourise(map, { colours }), colourise(map, { colours, alpha: 'relevance' })]
    const zero = colourOf(colours, 0)
    shown.forEach((value, i) => {
      const alpha = clear.data[i * 4 + 3]! / 255
      expect(alpha).toBeGreaterThanOrEqual(Math.abs(value) - 1e-6)
      for (let c = 0; c < 3; c++) {
        const mixed = clear.data[i * 4 + c]! * alpha + zero[c]! * (1 - alpha)
        expect(Math.abs(mixed - opaque.data[i * 4 + c]!)).toBeLessThanOrEqual(1)
      }
    })
  }
})

it('an overlay leaves the image alone where the map is zero', () => {
  const image = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(10, 20, 30, 40, 50, 60) }
  const { data } = overlay(image, normaliseGrid(grid([0, 1])))
  expect([...data.slice(0, 4)]).toEqual([10, 20, 30, 255])
  expect([...data.slice(4, 7)]).not.toEqual([40, 50, 60])
})

it('a contour lies where linear interpolation between cell centres meets the level', () => {
  const ramp = grid(
    Array.from({ length: 16 }, (_, i) => i % 4),
    4,
  )
  const [line] = contour(ramp, [1.5])
  const inner = line!.rings.flat().filter(([, y]) => y > 0.5 && y < 3.5)
  expect(inner.some(([x]) => Math.abs(x - 2) < 1e-9)).toBe(true)
  expect(line!.rings.flat().every(([x]) => x > 2 - 1e-9)).toBe(true)
})

it('the outline of a mask surrounds it, and can be placed in a figure', () => {
  const mask = { width: 4, height: 4, data: Uint8Array.of(0, 0, 0, 0, 0, 9, 9, 0, 0, 9, 9, 0, 0, 0, 0, 0) }
  const { rings } = outlineOf(mask)
  expect(rings).toHaveLength(1)
  const xs = rings[0]!.map(([x]) => x)
  expect([Math.min(...xs), Math.max(...xs)]).toEqual([1, 3])
  expect(
    contourPath(
      [
        [
          [0, 1],
          [2, 3],
        ],
      ],
      10,
      10,
      5,
      5,
    ),
  ).toBe('M5 15L25 35Z')
})

it('PNGs decode to the pixels that went in, with alpha only where it is needed', () => {
  const data = Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 255)
  expect(decode(encodePng({ width: 2, height: 1, data }))).toMatchObject({ width: 2, height: 1, channels: 3 })
  const clear = Uint8ClampedArray.of(1, 2, 3, 128, 4, 5, 6, 255)
  const decoded = decode(encodePng({ width: 2, height: 1, data: clear }))
  expect([decoded.channels, ...decoded.data]).toEqual([4, ...clear])
})

it('shrinking averages colours by their alpha', () => {
  const pixels: Pixels = { width: 2, height: 1, data: Uint8ClampedArray.of(200, 0, 0, 255, 0, 99, 0, 0) }
  expect([...shrink(pixels, 1).data]).toEqual([200, 0, 0, 128])
  expect(shrink(pixels, 2)).toBe(pixels)
})
