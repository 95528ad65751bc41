import type { RawImage } from '@explainnet/core'
import { mostPixels } from './bound.ts'
import { decodeBlob } from './decode-blob.ts'
import { fetchImage } from './fetch-image.ts'
import { bitmapOf, kindOf, nameOf } from './image-source.ts'
import { flattened, pixelsOf } from './pixels.ts'

/** What a page has pictures in. */
export type ImageSource =
  | HTMLImageElement
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLVideoElement
  | VideoFrame
  | ImageBitmap
  | ImageData
  | Blob
  | URL

/** A picture, and what had to be done to make 8-bit RGB of it. */
export interface DecodedImage extends RawImage {
  /** One line each, empty for an ordinary picture: `its alpha channel was laid over white`. */
  readonly notes: readonly string[]
}

/**
 * The pixels of a picture as 8-bit sRGB: upright by its EXIF orientation, transparency laid on white, and scaled down where it has more
 * than 16,777,216 pixels (4096 × 4096), which `notes` says. An `<img>` is waited for, a `<video>` gives the frame that it shows, an
 * animation its first. Works in a worker, too, but for elements and SVG drawings, which only a page can have. The source stays as it is.
 * A page answers meanwhile, since files are decoded outside its thread and pixels are read in strips; but browsers scale down at a stretch, so
 * leave such pictures to a worker. Throws `bad-image`: no picture,
 * damaged, without pixels, more than 268 million, or of another host that does not let the page read it; for a URL also `bad-file`.
 */
export async function readImage(source: ImageSource): Promise<DecodedImage> {
  const kind = kindOf(source)
  if (kind === 'ImageData' && isPlain(source as ImageData)) {
    const { width, height, data } = source as ImageData
    const { rgb, transparent } = flattened(data)
    return { width, height, channels: 3, data: rgb, notes: transparent ? [overWhite] : [] }
  }
  const name = nameOf(source)
  const { bitmap, turned, from } = await decode(source, name)
  try {
    const { width, height } = bitmap
    const { rgb, transparent } = await pixelsOf(bitmap, name)
    const notes = [
      ...(transparent ? [overWhite] : []),
      ...(turned ? ['turned upright by its EXIF orientation'] : []),
      ...(from ? [`scaled down from ${from.width}×${from.height} to ${width}×${height} pixels`] : []),
    ]
    return { width, height, channels: 3, data: rgb, notes }
  } finally {
    bitmap.close()
  }
}

const overWhite = 'its alpha channel was laid over white'

async function decode(source: ImageSource, name: string) {
  if (source instanceof URL) return decodeBlob(await fetchImage(source), name)
  if (source instanceof Blob) return decodeBlob(source, name)
  return bitmapOf(source)
}

/** Others are converted by the browser. */
const isPlain = ({ data, colorSpace, width, height }: ImageData) =>
  data instanceof Uint8ClampedArray && colorSpace === 'srgb' && width * height <= mostPixels
