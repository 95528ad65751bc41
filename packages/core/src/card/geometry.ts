import type { NDArray, Preprocessing } from '../api.ts'
import { resizeLinear } from '../resize.ts'

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

/** Carries a map of the model's input, `[height, width]`, back through letterbox or crop to the original picture. */
export function mapToImage(map: NDArray, geometry: Geometry): MapOnImage {
  const { width, height, size, source, target } = geometry
  const full = resizeLinear(map, size).data
  const inner = new Float32Array(target.width * target.height)
  let inside = 0
  let total = 0
  full.forEach((value, i) => {
    total += Math.abs(value)
    const x = (i % size[1]) - target.x
    const y = Math.floor(i / size[1]) - target.y
    if (x < 0 || y < 0 || x >= target.width || y >= target.height) return
    inside += Math.abs(value)
    inner[y * target.width + x] = value
  })
  const seen = resizeLinear({ shape: [target.height, target.width], data: inner }, [source.height, source.width]).data
  const data = new Float32Array(width * height)
  for (let y = 0; y < source.height; y++) {
    const row = seen.subarray(y * source.width, (y + 1) * source.width)
    data.set(row, (y + source.y) * width + source.x)
  }
  return { width, height, data, padding: total > 0 ? 1 - inside / total : 0 }
}
