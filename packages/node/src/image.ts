import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { ExplainError, type RawImage } from '@explainnet/core'
import sharp from 'sharp'
import { writeAtomically } from './write-atomically.ts'

/** 100 megapixels decode to 300 MB; a network sees a few thousand pixels of them. */
const mostPixels = 100e6

/** Reads an image file. See `decodeImage`. */
export async function readImage(path: string): Promise<RawImage> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new ExplainError('bad-file', `${path} cannot be read.`, 'Check the path and its permissions.', { cause })
  }
  return decodeImage(bytes, path)
}

/**
 * Decodes JPEG, PNG, WebP, TIFF, GIF (first frame), AVIF or SVG bytes to upright 8-bit sRGB: EXIF rotation applied,
 * transparency laid over white, greyscale, palette, CMYK and 16 bits converted.
 *
 * @param name For messages.
 * @throws ExplainError `bad-image` for empty, corrupt or truncated bytes, and for more than 100 megapixels.
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RawImage> {
  if (bytes.byteLength === 0) {
    throw new ExplainError('bad-image', `${name} is empty.`, 'Give an image file.')
  }
  const open = () => sharp(bytes, { failOn: 'error', limitInputPixels: false })
  try {
    const { width, height } = await open().metadata()
    if (width * height > mostPixels) {
      throw new ExplainError(
        'bad-image',
        `${name} has ${width}×${height} pixels.`,
        `Shrink it to at most ${mostPixels / 1e6} megapixels first.`,
      )
    }
    const { data, info } = await open()
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, channels: 3, data: toRgb(data, info.channels) }
  } catch (cause) {
    if (cause instanceof ExplainError) throw cause
    const reason = (cause as Error).message.split('\n')[0]
    throw new ExplainError(
      'bad-image',
      `${name} cannot be decoded: ${reason}.`,
      'Give a whole JPEG, PNG, WebP, TIFF, GIF or AVIF file.',
      { cause },
    )
  }
}

function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data)
  const rgb = new Uint8Array((data.length / channels) * 3)
  for (let i = 0; i < rgb.length; i++) {
    rgb[i] = data[Math.floor(i / 3) * channels + (channels < 3 ? 0 : i % 3)]!
  }
  return rgb
}

/** Pixels to write: RGB, or RGBA as figures have them. */
export interface WritableImage {
  readonly width: number
  readonly height: number
  readonly channels?: 3 | 4 | undefined
  readonly data: Uint8Array | Uint8ClampedArray
}

/** Writes an image file in the format of its ending (png, jpg, webp, tiff, gif, avif), whole or not at all. */
export async function writeImage(path: string, image: WritableImage): Promise<void> {
  const { width, height, data } = image
  const channels = image.channels ?? (data.length === width * height * 4 ? 4 : 3)
  const format = extname(path).slice(1).toLowerCase()
  if (!['png', 'jpg', 'jpeg', 'webp', 'tif', 'tiff', 'gif', 'avif'].includes(format)) {
    throw new ExplainError('bad-image', `${path} does not end in an image format.`, 'Use .png, .jpg, .webp or .tiff.')
  }
  const pixels = sharp(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), {
    raw: { width, height, channels },
  })
  const kind = format === 'tif' ? 'tiff' : format === 'jpg' ? 'jpeg' : (format as 'png')
  await writeAtomically(path, await pixels.toFormat(kind).toBuffer())
}
