import type { NDArray, Preprocessing } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { resizeLinear } from '../resize.ts'
import { resample } from './resample.ts'

/** Where the original picture lies in the model's input. Pixels; the picture is stretched onto the box. */
export interface Geometry {
  /** Of the original picture. */
  readonly width: number
  readonly height: number
  /** [height, width] of the model's input. */
  readonly size: readonly [number, number]
  /** The part of the original that the model sees. */
  readonly source: Box
  /** Where that part lies in the input; what is outside is padding. */
  readonly target: Box
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where a picture of this size comes to lie in the model's input: what `mapToImage` takes to carry a map back. */
export function placeImage(width: number, height: number, preprocessing: Preprocessing): Geometry {
  const size = preprocessing.size ?? ([height, width] as const)
  const [toHeight, toWidth] = size
  const whole = { x: 0, y: 0, width, height }
  const full = { x: 0, y: 0, width: toWidth, height: toHeight }
  if (preprocessing.resize === 'fit') {
    const scale = Math.min(toWidth / width, toHeight / height)
    const [w, h] = [side(width * scale, toWidth), side(height * scale, toHeight)]
    const target = { x: Math.floor((toWidth - w) / 2), y: Math.floor((toHeight - h) / 2), width: w, height: h }
    return { width, height, size, source: whole, target }
  }
  if (preprocessing.resize === 'crop') {
    const scale = Math.max(toWidth / width, toHeight / height)
    const [w, h] = [side(toWidth / scale, width), side(toHeight / scale, height)]
    const source = { x: Math.floor((width - w) / 2), y: Math.floor((height - h) / 2), width: w, height: h }
    return { width, height, size, source, target: full }
  }
  return { width, height, size, source: whole, target: full }
}

const side = (length: number, most: number) => Math.min(most, Math.max(1, Math.round(length)))

/** A map on the pixels of the original picture. */
export interface MapOnImage {
  readonly width: number
  readonly height: number
  /** [height · width]; 0 where the picture was cropped away. */
  readonly data: Float32Array
  /** Share of Σ|map| that lies on padding, and so on no pixel of the picture. */
  readonly padding: number
}

/**
 * Carries a map of the model's input, `[height, width]`, of its own grid or a coarser one, back through letterbox or crop to the
 * original picture. Values are interpolated with half-pixel centres, so that their scale stays and their sum does not; those on the
 * letterbox have no influence, and their share is `padding`. Throws `bad-shape`.
 */
export function mapToImage(map: NDArray, geometry: Geometry): MapOnImage {
  const [rows, columns] = map.shape
  if (map.shape.length !== 2 || !rows || !columns || map.data.length !== rows * columns) {
    throw new ExplainError(
      'bad-shape',
      `A map of shape [${map.shape.join(', ')}] with ${map.data.length} values cannot be laid on a picture.`,
      'Give one example without channels: [height, width].',
    )
  }
  const { width, height, size, source, target } = geometry
  const full = rows === size[0] && columns === size[1] ? map.data : resizeLinear(map, size).data
  const inner = new Float32Array(target.width * target.height)
  let total = 0
  for (const value of full) total += Math.abs(value)
  let inside = 0
  for (let y = 0; y < target.height; y++) {
    const start = (y + target.y) * size[1] + target.x
    const row = full.subarray(start, start + target.width)
    inner.set(row, y * target.width)
    for (const value of row) inside += Math.abs(value)
  }
  const seen = resample(inner, [target.height, target.width, 1], [source.height, source.width], true)
  const data = new Float32Array(width * height)
  for (let y = 0; y < source.height; y++) {
    const row = seen.subarray(y * source.width, (y + 1) * source.width)
    data.set(row, (y + source.y) * width + source.x)
  }
  // The two sums are made in different orders and may differ in the last digit.
  return { width, height, data, padding: total > 0 ? Math.max(0, 1 - inside / total) : 0 }
}
