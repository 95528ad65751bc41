import type { NDArray, Preprocessing, RawImage } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { type Geometry, placeImage } from './geometry.ts'
import { resample } from './resample.ts'

/**
 * A decoded picture as model input `[1, height, width, channels]`: placed (stretched, letterboxed or cropped), resized,
 * scaled, channels ordered. The same numbers on every engine. `geometry` carries maps back.
 */
export function prepareImage(
  image: RawImage,
  preprocessing: Preprocessing,
): { readonly input: NDArray; readonly geometry: Geometry } {
  const { width, height, data } = image
  if (!(width >= 1 && height >= 1) || data.length !== width * height * 3) {
    throw new ExplainError(
      'bad-image',
      `An image of ${width}×${height} with ${data.length} values is not 8-bit RGB.`,
      'Give width · height · 3 values.',
    )
  }
  const geometry = placeImage(width, height, preprocessing)
  const { source, target, size } = geometry
  const part = source.width === width && source.height === height ? data : crop(data, width, source.x, source.y, source)
  const placed = resample(
    part,
    [source.height, source.width, 3],
    [target.height, target.width],
    preprocessing.antialias ?? true,
  )
  const fill = preprocessing.fill === 'border' ? borderColour(image) : (preprocessing.fill ?? [0, 0, 0])
  const convert = converter(preprocessing)
  const channels = preprocessing.channelOrder === 'grey' ? 1 : 3
  const [rows, columns] = size
  const values = new Float32Array(rows * columns * channels)
  if (target.width < columns || target.height < rows) {
    for (let at = 0; at < values.length; at += channels) convert(fill[0], fill[1], fill[2], values, at)
  }
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const i = (y * target.width + x) * 3
      const at = ((target.y + y) * columns + target.x + x) * channels
      convert(placed[i]!, placed[i + 1]!, placed[i + 2]!, values, at)
    }
  }
  return { input: { shape: [1, rows, columns, channels], data: values }, geometry }
}

/** What the grey value 0 … 255 becomes, for each channel of the model: for baselines in raw pixel units. */
export function rawToModel(value: number, preprocessing: Preprocessing): number[] {
  const values = new Array<number>(preprocessing.channelOrder === 'grey' ? 1 : 3)
  converter(preprocessing)(value, value, value, values, 0)
  return values
}

/** One row of model input as a picture again, for looking at: undoes scaling and order, clips to 0 … 255. */
export function toRaw(input: NDArray, preprocessing: Preprocessing, row = 0): RawImage {
  const [, height, width, channels] = input.shape as [number, number, number, number]
  const { low, span, mean, std } = scaling(preprocessing)
  const data = new Uint8ClampedArray(width * height * 3)
  const order = preprocessing.channelOrder ?? 'rgb'
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const channel = channels === 1 ? 0 : order === 'bgr' ? 2 - c : c
      const value = input.data[(row * width * height + i) * channels + channel]!
      data[i * 3 + c] = ((value * std(channel) + mean(channel) - low) / span) * 255
    }
  }
  return { width, height, channels: 3, data }
}

function scaling(preprocessing: Preprocessing) {
  const [low, high] = preprocessing.range ?? [0, 1]
  return {
    low,
    span: high - low,
    mean: (channel: number) => preprocessing.mean?.[channel] ?? 0,
    std: (channel: number) => preprocessing.std?.[channel] ?? 1,
  }
}

/** Writes a raw pixel in the model's units and channel order; into place, since a photograph has millions of them. */
type Convert = (red: number, green: number, blue: number, into: Float32Array | number[], at: number) => void

function converter(preprocessing: Preprocessing): Convert {
  const { low, span, mean, std } = scaling(preprocessing)
  const order = preprocessing.channelOrder ?? 'rgb'
  const means = [mean(0), mean(1), mean(2)]
  const deviations = [std(0), std(1), std(2)]
  const scale = (value: number, channel: number) =>
    (low + (value / 255) * span - means[channel]!) / deviations[channel]!
  return (red, green, blue, into, at) => {
    if (order === 'grey') {
      into[at] = scale(0.299 * red + 0.587 * green + 0.114 * blue, 0)
      return
    }
    into[at] = scale(order === 'rgb' ? red : blue, 0)
    into[at + 1] = scale(green, 1)
    into[at + 2] = scale(order === 'rgb' ? blue : red, 2)
  }
}

function crop(
  data: RawImage['data'],
  width: number,
  left: number,
  top: number,
  box: { readonly width: number; readonly height: number },
): Uint8Array {
  const part = new Uint8Array(box.width * box.height * 3)
  for (let y = 0; y < box.height; y++) {
    const start = ((top + y) * width + left) * 3
    part.set(data.subarray(start, start + box.width * 3), y * box.width * 3)
  }
  return part
}

/** The median of each channel over the outermost pixels, 0 … 255: what `fill: 'border'` takes. */
export function borderColour({ width, height, data }: RawImage): [number, number, number] {
  const channels: [number[], number[], number[]] = [[], [], []]
  for (let y = 0; y < height; y++) {
    const edge = y === 0 || y === height - 1
    for (let x = 0; x < width; x += edge || width === 1 ? 1 : width - 1) {
      for (let c = 0; c < 3; c++) channels[c]!.push(data[(y * width + x) * 3 + c]!)
    }
  }
  const median = (values: number[]) => {
    values.sort((a, b) => a - b)
    const middle = Math.floor(values.length / 2)
    return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2
  }
  return [median(channels[0]), median(channels[1]), median(channels[2])]
}
