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
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [tx, ty] = [x - target.x, y - target.y]
      const outside = tx < 0 || ty < 0 || tx >= target.width || ty >= target.height
      const i = (ty * target.width + tx) * 3
      const pixel = outside ? convert(fill[0], fill[1], fill[2]) : convert(placed[i]!, placed[i + 1]!, placed[i + 2]!)
      values.set(pixel, (y * columns + x) * channels)
    }
  }
  return { input: { shape: [1, rows, columns, channels], data: values }, geometry }
}

/** What the grey value 0 … 255 becomes, for each channel of the model: for baselines in raw pixel units. */
export const rawToModel = (value: number, preprocessing: Preprocessing): number[] =>
  converter(preprocessing)(value, value, value)

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

function converter(preprocessing: Preprocessing): (r: number, g: number, b: number) => number[] {
  const { low, span, mean, std } = scaling(preprocessing)
  const scale = (value: number, channel: number) => (low + (value / 255) * span - mean(channel)) / std(channel)
  switch (preprocessing.channelOrder) {
    case 'grey':
      return (r, g, b) => [scale(0.299 * r + 0.587 * g + 0.114 * b, 0)]
    case 'bgr':
      return (r, g, b) => [scale(b, 0), scale(g, 1), scale(r, 2)]
    default:
      return (r, g, b) => [scale(r, 0), scale(g, 1), scale(b, 2)]
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

/** The median of each channel over the outermost pixels. */
function borderColour({ width, height, data }: RawImage): [number, number, number] {
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
