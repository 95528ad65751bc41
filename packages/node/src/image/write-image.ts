import { extname } from 'node:path'
import { ExplainError } from '@explainnet/core'
import sharp, { type Sharp } from 'sharp'
import { writeFileAtomic } from '../file.ts'

/** 8-bit red, green, blue, and opacity where there is a fourth channel; row-major, not premultiplied. */
export interface WritableImage {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly data: Uint8Array | Uint8ClampedArray
}

/**
 * Writes a picture as `.png`, `.webp` (both lossless) or `.jpg` (quality 90, transparency laid on white), whole or not at all.
 * Throws `bad-image`, `bad-option` for another ending, or `unwritable`.
 */
export async function writeImage(path: string, image: WritableImage): Promise<void> {
  const { width, height, channels, data } = image
  if (!(width >= 1 && height >= 1) || data.length !== width * height * channels) {
    throw new ExplainError(
      'bad-image',
      `A picture of ${width}×${height} pixels and ${channels} channels cannot hold ${data.length} values.`,
      'Give width · height · channels values.',
    )
  }
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
  await writeFileAtomic(path, await encoded(picture, path).toBuffer())
}

function encoded(picture: Sharp, path: string): Sharp {
  switch (extname(path).toLowerCase()) {
    case '.png':
      return picture.png()
    case '.webp':
      return picture.webp({ lossless: true })
    case '.jpg':
    case '.jpeg':
      return picture.flatten({ background: '#ffffff' }).jpeg({ quality: 90 })
    default:
      throw new ExplainError(
        'bad-option',
        `${path} is no name for a picture.`,
        'Give it the ending .png, .webp or .jpg.',
      )
  }
}
