import { readFile } from 'node:fs/promises'
import { ExplainError, type RawImage } from '@explainnet/core'
import sharp, { type Metadata } from 'sharp'
import { whyUnreadable } from '../file.ts'

/** A picture, and what had to be done to make 8-bit RGB of it. */
export interface DecodedImage extends RawImage {
  /** One line each, empty for an ordinary picture: `its alpha channel was laid over white`. */
  readonly notes: readonly string[]
}

/** Decoded they take 300 MB; bigger pictures are refused before anything of them is unpacked. */
const mostPixels = 100_000_000

/**
 * Reads a picture: JPEG, PNG, WebP, AVIF, TIFF, GIF (first frame) or SVG, from a file or from its bytes. Turned upright by its EXIF
 * orientation, transparency laid on white, and whatever it was (grey, palette, 16-bit, CMYK, another colour profile) converted to 8-bit
 * sRGB. Throws `bad-file` if it is not there and `bad-image` if it is empty, damaged, cut short, not a picture, or over 100 million
 * pixels; both name the file.
 */
export async function readImage(source: string | Uint8Array): Promise<DecodedImage> {
  if (typeof source !== 'string') return decodeImage(source, 'the image')
  let bytes: Uint8Array
  try {
    bytes = await readFile(source)
  } catch (cause) {
    throw new ExplainError('bad-file', `${source} ${whyUnreadable(cause)}.`, 'Give the path of a picture.', { cause })
  }
  return decodeImage(bytes, source)
}

/** As `readImage`, of bytes that are there already; `name` is what errors call them. */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<DecodedImage> {
  if (bytes.length === 0) throw bad(name, 'is empty')
  let metadata: Metadata
  try {
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (cause) {
    throw bad(name, 'is not a picture that can be read, or its beginning is damaged', cause)
  }
  const { width, height } = metadata
  if (width * height > mostPixels) {
    throw new ExplainError(
      'bad-image',
      `${name} has ${width}×${height} pixels, more than ${mostPixels / 1e6} million.`,
      'Scale it down or cut out a part first.',
    )
  }
  try {
    const { data, info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: mostPixels })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, channels: 3, data, notes: notesOn(metadata) }
  } catch (cause) {
    throw bad(name, `is a damaged or truncated ${(metadata.format ?? '').toUpperCase()} file`, cause)
  }
}

const bad = (name: string, what: string, cause?: unknown) =>
  new ExplainError('bad-image', `${name} ${what}.`, 'Give a whole JPEG, PNG, WebP, TIFF, AVIF or GIF file.', { cause })

function notesOn({ hasAlpha, orientation = 1, depth, space, pages = 1 }: Metadata): string[] {
  return [
    ...(hasAlpha ? ['its alpha channel was laid over white'] : []),
    ...(orientation > 1 ? ['turned upright by its EXIF orientation'] : []),
    ...(depth === 'ushort' ? ['reduced from 16 to 8 bits'] : []),
    ...(space === 'cmyk' ? ['converted from CMYK to sRGB'] : []),
    ...(pages > 1 ? [`the first of ${pages} frames`] : []),
  ]
}
