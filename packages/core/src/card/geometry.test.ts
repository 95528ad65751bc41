import { describe, expect, it } from 'vitest'
import type { Preprocessing, RawImage } from '../api.ts'
import { randomStream } from '../random.ts'
import { mapToImage, prepareImage } from './index.ts'
import { resample } from './resample.ts'

const stream = randomStream(7)
const side = () => 1 + stream.integer(20)

/** A black picture with a white block a quarter as wide and high, off its centre. */
function block(width: number, height: number): RawImage & { readonly centre: readonly [number, number] } {
  const data = new Uint8Array(width * height * 3)
  const [w, h] = [Math.ceil(width / 4), Math.ceil(height / 4)]
  // Left of and above the middle, yet inside every centre crop of the sizes below.
  const [left, top] = [Math.floor(width * 0.35), Math.floor(height * 0.4)]
  for (let y = top; y < top + h; y++) data.fill(255, (y * width + left) * 3, (y * width + left + w) * 3)
  return { width, height, channels: 3, data, centre: [left + w / 2, top + h / 2] }
}

function centreOf(width: number, data: Float32Array): [number, number] {
  let [sum, x, y] = [0, 0, 0]
  data.forEach((value, i) => {
    sum += value
    x += value * ((i % width) + 0.5)
    y += value * (Math.floor(i / width) + 0.5)
  })
  return [x / sum, y / sum]
}

const modes: readonly Preprocessing[] = (['stretch', 'fit', 'crop'] as const).flatMap((resize) => [
  { resize, channelOrder: 'grey' as const, antialias: true },
  { resize, channelOrder: 'grey' as const, antialias: false },
])
const sizes = [
  [60, 40, 32, 32],
  [40, 60, 32, 32],
  [40, 60, 24, 48],
  [60, 40, 64, 24],
  [31, 45, 80, 70],
] as const

describe.each(modes)('a picture goes into the model and its map back to where it was: %j', (mode) => {
  it.each(sizes)('%i wide and %i high, into %i × %i', (width, height, rows, columns) => {
    const image = block(width, height)
    const { input, geometry } = prepareImage(image, { ...mode, size: [rows, columns] })
    const back = mapToImage({ shape: [rows, columns], data: input.data }, geometry)
    expect([back.width, back.height, back.data.length]).toEqual([width, height, width * height])
    const [x, y] = centreOf(width, back.data)
    const pixel = Math.max(
      1,
      geometry.source.width / geometry.target.width,
      geometry.source.height / geometry.target.height,
    )
    expect(Math.abs(x - image.centre[0])).toBeLessThan(0.6 * pixel)
    expect(Math.abs(y - image.centre[1])).toBeLessThan(0.6 * pixel)
    // The padding is black, so that nothing lies on it.
    expect(back.padding).toBeCloseTo(0, 6)
  })
  it.each(sizes)(
    'a constant map stays so on what the model saw: %i wide and %i high, into %i × %i',
    (width, height, rows, columns) => {
      const { geometry } = prepareImage(block(width, height), { ...mode, size: [rows, columns] })
      const { source, target } = geometry
      const back = mapToImage({ shape: [rows, columns], data: new Float32Array(rows * columns).fill(2) }, geometry)
      back.data.forEach((value, i) => {
        const [x, y] = [(i % width) - source.x, Math.floor(i / width) - source.y]
        const seen = x >= 0 && y >= 0 && x < source.width && y < source.height
        expect(value).toBeCloseTo(seen ? 2 : 0, 5)
      })
      expect(back.padding).toBeCloseTo(1 - (target.width * target.height) / (rows * columns), 6)
      // What is cut or added is so on both sides alike, up to the odd pixel.
      expect(Math.abs(width - source.width - 2 * source.x)).toBeLessThanOrEqual(1)
      expect(Math.abs(height - source.height - 2 * source.y)).toBeLessThanOrEqual(1)
      expect(Math.abs(columns - target.width - 2 * target.x)).toBeLessThanOrEqual(1)
      expect(Math.abs(rows - target.height - 2 * target.y)).toBeLessThanOrEqual(1)
    },
  )
})

describe('the order of channels', () => {
  const colour = { width: 1, height: 1, channels: 3 as const, data: Uint8Array.of(10, 100, 200) }
  it('bgr turns pixels round, fill included, and grey is the luma of Rec. 601', () => {
    const bgr = prepareImage(colour, {
      channelOrder: 'bgr',
      range: [0, 255],
      size: [1, 2],
      resize: 'fit',
      fill: [1, 2, 3],
    })
    expect(Array.from(bgr.input.data).sort((a, b) => a - b)).toEqual([1, 2, 3, 10, 100, 200])
    const rows = [Array.from(bgr.input.data.slice(0, 3)), Array.from(bgr.input.data.slice(3))]
    expect(rows).toContainEqual([200, 100, 10])
    expect(rows).toContainEqual([3, 2, 1])
    const grey = prepareImage(colour, { channelOrder: 'grey', range: [0, 255] })
    expect(grey.input.shape).toEqual([1, 1, 1, 1])
    expect(grey.input.data[0]).toBeCloseTo(0.299 * 10 + 0.587 * 100 + 0.114 * 200, 4)
  })
})

it('antialiased resizing of random sizes, three channels, is the sum over all pixels', () => {
  for (let round = 0; round < 40; round++) {
    const [h, w, th, tw] = [side(), side(), side(), side()]
    const values = Array.from({ length: h * w * 3 }, () => 255 * stream.uniform())
    const fast = resample(values, [h, w, 3], [th, tw], true)
    const weight = (i: number, k: number, from: number, to: number) =>
      Math.max(0, 1 - Math.abs(k + 0.5 - ((i + 0.5) * from) / to) / Math.max(1, from / to))
    for (let i = 0; i < th * tw * 3; i++) {
      const [y, x, c] = [Math.floor(i / 3 / tw), Math.floor(i / 3) % tw, i % 3]
      let [sum, total] = [0, 0]
      for (let k = 0; k < h * w; k++) {
        const share = weight(y, Math.floor(k / w), h, th) * weight(x, k % w, w, tw)
        total += share
        sum += share * values[k * 3 + c]!
      }
      expect(fast[i]).toBeCloseTo(sum / total, 8)
    }
  }
})
