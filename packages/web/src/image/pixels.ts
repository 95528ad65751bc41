import { nextTask } from '@explainnet/core/plain'
import { tainted } from './bad-image.ts'

export interface Pixels {
  /** Three a pixel, transparency laid on white. */
  readonly rgb: Uint8ClampedArray
  /** Whether there was any. */
  readonly transparent: boolean
}

/** Pixels that are read at a stretch: a few milliseconds on the slowest machines, so that a page goes on answering. */
const stripPixels = 2 ** 17

/** The pixels of a bitmap, in sRGB, read strip by strip. Throws `bad-image` where the browser withholds them. */
export async function pixelsOf(bitmap: ImageBitmap, name: string): Promise<Pixels> {
  const { width, height } = bitmap
  const rows = Math.min(height, Math.max(1, Math.floor(stripPixels / width)))
  const canvas = smallCanvas(width, rows)
  const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' }) as CanvasRenderingContext2D
  const rgb = new Uint8ClampedArray(width * height * 3)
  let transparent = false
  for (let y = 0; y < height; y += rows) {
    if (y > 0) await nextTask()
    const here = Math.min(rows, height - y)
    context.clearRect(0, 0, width, rows)
    context.drawImage(bitmap, 0, -y)
    let data: ImageDataArray
    try {
      data = context.getImageData(0, 0, width, here, { colorSpace: 'srgb' }).data
    } catch (cause) {
      throw tainted(name, cause)
    }
    if (flattenInto(rgb.subarray(y * width * 3), data)) transparent = true
  }
  return { rgb, transparent }
}

/** RGBA, not premultiplied, as RGB. */
export function flattened(rgba: ArrayLike<number>): Pixels {
  const rgb = new Uint8ClampedArray((rgba.length / 4) * 3)
  return { rgb, transparent: flattenInto(rgb, rgba) }
}

function flattenInto(rgb: Uint8ClampedArray, rgba: ArrayLike<number>): boolean {
  let transparent = false
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!
    if (alpha < 255) transparent = true
    // Rounded down, as libvips does, whose pixels @explainnet/node gives.
    for (let c = 0; c < 3; c++) rgb[to + c] = Math.floor((rgba[from + c]! * alpha + 255 * (255 - alpha)) / 255)
  }
  return transparent
}

function smallCanvas(width: number, height: number): OffscreenCanvas | HTMLCanvasElement {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height)
  return Object.assign(document.createElement('canvas'), { width, height })
}
