import { describe, expect, it } from 'vitest'
import type { RawImage } from '../api.ts'
import {
  describePreprocessing,
  guessCard,
  mapToImage,
  parseCard,
  prepareImage,
  preprocessingPresets,
  rawToModel,
  teachableMachineCard,
  toRaw,
} from './index.ts'
import { resample } from './resample.ts'

const image = (width: number, height: number, pixel: (x: number, y: number, c: number) => number): RawImage => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    pixel(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  ),
})

describe('resampling', () => {
  it('without antialiasing is half-pixel bilinear', () => {
    expect(Array.from(resample([0, 10], [1, 2, 1], [1, 4], false))).toEqual([0, 2.5, 7.5, 10])
    expect(Array.from(resample([0, 10, 20, 30], [1, 4, 1], [1, 2], false))).toEqual([5, 25])
  })
  it('with antialiasing takes every pixel of a shrinking image into account, as Pillow does', () => {
    // Image.fromarray(float32 [[0, 0, 0, 0, 80, 0, 0, 0]], 'F').resize((2, 1), BILINEAR) gives [[8.571428, 14.285714]].
    const shrunk = resample([0, 0, 0, 0, 80, 0, 0, 0], [1, 8, 1], [1, 2], true)
    expect(shrunk[0]).toBeCloseTo(8.571428, 5)
    expect(shrunk[1]).toBeCloseTo(14.285714, 5)
  })
  it('keeps a constant image constant and an image of the same size as it is', () => {
    for (const value of resample(new Float64Array(7 * 5).fill(42), [7, 5, 1], [3, 4], true))
      expect(value).toBeCloseTo(42, 10)
    expect(Array.from(resample([1, 5, 2, 8], [2, 2, 1], [2, 2], true))).toEqual([1, 5, 2, 8])
  })
})

describe('resampling, against a naive second implementation', () => {
  /** Every target value by its formula, both axes at once. */
  const naive = (values: number[], [h, w]: [number, number], [th, tw]: [number, number], antialias: boolean) => {
    const kernel = (i: number, from: number, to: number) => {
      const scale = from / to
      const support = antialias ? Math.max(1, scale) : 1
      const raw = Array.from({ length: from }, (_, k) => 1 - Math.abs(k + 0.5 - (i + 0.5) * scale) / support)
      const weights = raw.map((one) => Math.max(0, one))
      const sum = weights.reduce((a, b) => a + b)
      return weights.map((one) => one / sum)
    }
    return Array.from({ length: th * tw }, (_, i) => {
      const [down, across] = [kernel(Math.floor(i / tw), h, th), kernel(i % tw, w, tw)]
      return values.reduce((sum, value, k) => sum + value * down[Math.floor(k / w)]! * across[k % w]!, 0)
    })
  }
  it.each([
    [7, 5, 3, 2],
    [5, 9, 11, 4],
    [3, 4, 8, 13],
    [1, 6, 4, 1],
    [10, 10, 9, 10],
  ])('%i×%i to %i×%i', (h, w, th, tw) => {
    const values = Array.from({ length: h * w }, (_, i) => (i * i * 37) % 101)
    for (const antialias of [true, false]) {
      const fast = resample(values, [h, w, 1], [th, tw], antialias)
      for (const [i, value] of naive(values, [h, w], [th, tw], antialias).entries())
        expect(fast[i]).toBeCloseTo(value, 9)
    }
  })
})

describe('preparing an image', () => {
  it('applies range, mean, standard deviation and channel order, once', () => {
    const pixels = image(1, 1, (_x, _y, c) => [255, 0, 51][c]!)
    expect(Array.from(prepareImage(pixels, preprocessingPresets.mobilenet).input.data)).toEqual([
      1,
      -1,
      expect.closeTo(-0.6, 6),
    ])
    const caffe = prepareImage(pixels, preprocessingPresets.caffe).input.data
    expect(caffe[0]).toBeCloseTo(51 - 103.939, 4)
    expect(caffe[2]).toBeCloseTo(255 - 123.68, 4)
    expect(prepareImage(pixels, { channelOrder: 'grey' }).input.data[0]).toBeCloseTo(
      (0.299 * 255 + 0.114 * 51) / 255,
      6,
    )
  })
  it('letterboxes with the border colour, and crops the centre', () => {
    const striped = image(4, 2, (x) => (x === 0 || x === 3 ? 200 : 100))
    const fit = prepareImage(striped, { size: [4, 4], resize: 'fit', fill: 'border', range: [0, 255] })
    expect(fit.input.shape).toEqual([1, 4, 4, 3])
    // The border is 4 × 200 and 4 × 100: the median is the mean of the middle two.
    expect(fit.input.data[0]).toBe(150)
    const crop = prepareImage(striped, { size: [2, 2], resize: 'crop', range: [0, 255] })
    expect(Array.from(crop.input.data)).toEqual(new Array(12).fill(100))
  })
  it('is undone by toRaw, for every preset', () => {
    const pixels = image(3, 2, (x, y, c) => 20 * x + 70 * y + 30 * c)
    for (const preset of Object.values(preprocessingPresets)) {
      const own = { ...preset, size: undefined, resize: undefined }
      expect(Array.from(toRaw(prepareImage(pixels, own).input, own).data)).toEqual(Array.from(pixels.data))
    }
  })
  it('says what raw values become, for baselines', () => {
    expect(rawToModel(127.5, preprocessingPresets.mobilenet)).toEqual([0, 0, 0])
    expect(rawToModel(0, preprocessingPresets.caffe)).toEqual([-103.939, -116.779, -123.68])
  })
  it('refuses data that does not fit the size', () => {
    expect(() => prepareImage({ width: 2, height: 2, channels: 3, data: new Uint8Array(4) }, {})).toThrow('8-bit RGB')
  })
})

describe('carrying a map back', () => {
  it('through a letterbox leaves the padding out and tells its share', () => {
    const { geometry } = prepareImage(
      image(4, 2, () => 0),
      { size: [4, 4], resize: 'fit' },
    )
    const data = new Float32Array(16)
    data[0] = 3
    data[5] = 1
    const back = mapToImage({ shape: [4, 4], data }, geometry)
    expect(back.padding).toBe(0.75)
    expect(Array.from(back.data)).toEqual([0, 1, 0, 0, 0, 0, 0, 0])
  })
  it('through a centre crop puts zero where the model saw nothing', () => {
    const { geometry } = prepareImage(
      image(4, 2, () => 0),
      { size: [2, 2], resize: 'crop' },
    )
    const back = mapToImage({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, geometry)
    expect(Array.from(back.data)).toEqual([0, 1, 2, 0, 0, 3, 4, 0])
  })
  it('onto a smaller picture takes every value into account', () => {
    const { geometry } = prepareImage(
      image(1, 1, () => 0),
      { size: [4, 4] },
    )
    const back = mapToImage({ shape: [4, 4], data: new Float32Array(16).fill(3) }, geometry)
    expect(back.data[0]).toBeCloseTo(3, 6)
    expect(back.padding).toBe(0)
  })
  it('refuses what is no single map', () => {
    const { geometry } = prepareImage(
      image(2, 2, () => 0),
      {},
    )
    const data = new Float32Array(4)
    expect(() => mapToImage({ shape: [1, 2, 2], data }, geometry)).toThrow('[height, width]')
    expect(() => mapToImage({ shape: [2, 3], data }, geometry)).toThrow('4 values')
  })
  it('from a coarse grid interpolates', () => {
    const { geometry } = prepareImage(
      image(4, 4, () => 0),
      { size: [4, 4] },
    )
    const back = mapToImage({ shape: [1, 1], data: Float32Array.of(7) }, geometry)
    expect(Array.from(back.data)).toEqual(new Array(16).fill(7))
  })
})

describe('a model card', () => {
  it('is taken as it is when it is right', () => {
    const card = { labels: ['a', 'b'], input: { size: [2, 3], resize: 'fit', fill: 'border' } }
    expect(parseCard(card)).toEqual(card)
  })
  it.each([
    ['a text', /no object/],
    [{ lables: [] }, /'lables'.*Known are/],
    [{ labels: 'a,b' }, /list of texts/],
    [{ input: { size: [0, 3] } }, /'input.size'/],
    [{ input: { std: [0, 1, 1] } }, /positive/],
    [{ input: { range: [1, 1] } }, /two different/],
    [{ input: { mean: [0.5] } }, /'input.mean'.*three, or one/],
    [{ input: { std: [1, 1, 1], channelOrder: 'grey' } }, /'input.std'/],
    [{ input: { fill: [0, 0, 300] } }, /'input.fill'/],
    [{ output: 'logit' }, /probabilities, logits or scores/],
  ])('%j is refused, naming the field', (json, message) => {
    expect(() => parseCard(json)).toThrow(message)
  })
  it('can come from Teachable Machine', () => {
    expect(teachableMachineCard({ labels: ['cat', 'dog'], imageSize: 96 })).toMatchObject({
      labels: ['cat', 'dog'],
      input: { size: [96, 96], resize: 'crop', range: [-1, 255 / 127 - 1] },
      output: 'probabilities',
    })
    const grey = { packageName: '@teachablemachine/image', labels: [], grayscale: true }
    expect(teachableMachineCard(grey).input?.channelOrder).toBe('grey')
    expect(() => teachableMachineCard({ packageName: '@teachablemachine/pose', labels: ['a'] })).toThrow('card.json')
    expect(() => teachableMachineCard({})).toThrow('Teachable Machine')
  })
  it('is not guessed for what is no image', () => {
    expect(() => guessCard({ name: 'x', shape: [null, 40, 1], dtype: 'float32', axes: [] })).toThrow('no image')
    expect(() => guessCard({ name: 'x', shape: [null, 8, 8, 4], dtype: 'float32', axes: [] })).toThrow('no image')
  })
  it('is guessed aloud', () => {
    const { card, warning } = guessCard({ name: 'x', shape: [null, 8, 9, 1], dtype: 'float32', axes: [] })
    expect(card.input).toEqual({ size: [8, 9], range: [0, 1], channelOrder: 'grey' })
    expect(warning).toContain('guessing')
    expect(describePreprocessing(card.input!)).toBe('9×8 by stretch, pixels to [0, 1], GREY'.replace('GREY', 'grey'))
  })
})
