import type { RawImage } from '@explainnet/core'
import { encode } from 'fast-png'

/** RGBA, 8 bits, row-major, straight alpha: what `ImageData` holds. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/** An image as opaque RGBA pixels. */
export function pixelsOf(image: RawImage | Pixels): Pixels {
  if (!('channels' in image)) return image
  const { width, height } = image
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[i * 4 + c] = image.data[i * 3 + c]!
  }
  return { width, height, data }
}

/** PNG bytes at the pixels' own size; the same bytes everywhere. Opaque pixels are stored without alpha. */
export function encodePng(image: RawImage | Pixels): Uint8Array {
  const { width, height, data } = pixelsOf(image)
  let opaque = true
  for (let i = 3; i < data.length && opaque; i += 4) opaque = data[i] === 255
  if (!opaque) return encode({ width, height, data, channels: 4, depth: 8 })
  const rgb = new Uint8Array(width * height * 3)
  for (let i = 0; i < width * height; i++) rgb.set(data.subarray(i * 4, i * 4 + 3), i * 3)
  return encode({ width, height, data: rgb, channels: 3, depth: 8 })
}

/** The PNG as a `data:` address. */
export function pngDataUri(image: RawImage | Pixels): string {
  const bytes = encodePng(image)
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return `data:image/png;base64,${btoa(binary)}`
}

/** Shrinks by averaging whole blocks until both sides are at most `side`; smaller images are returned as they are. */
export function shrink(image: Pixels, side: number): Pixels {
  const block = Math.ceil(Math.max(image.width, image.height) / side)
  if (block <= 1) return image
  const width = Math.ceil(image.width / block)
  const height = Math.ceil(image.height / block)
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sums = [0, 0, 0, 0]
      let alpha = 0
      let count = 0
      for (let v = y * block; v < Math.min((y + 1) * block, image.height); v++) {
        for (let u = x * block; u < Math.min((x + 1) * block, image.width); u++) {
          const i = (v * image.width + u) * 4
          const a = image.data[i + 3]!
          for (let c = 0; c < 3; c++) sums[c]! += image.data[i + c]! * a
          alpha += a
          count++
        }
      }
      const o = (y * width + x) * 4
      for (let c = 0; c < 3; c++) data[o + c] = alpha ? sums[c]! / alpha : 0
      data[o + 3] = alpha / count
    }
  }
  return { width, height, data }
}
