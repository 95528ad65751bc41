import { badImage } from './bad-image.ts'
import type { Bitmap } from './bitmap.ts'
import { fitting, mostPixels, type Size } from './bound.ts'
import { type PictureHeader, pictureHeader } from './picture-header.ts'
import { drawSVG, isSVG } from './svg.ts'

/** Unpacked they take 1 GB; bigger pictures are refused before anything of them is unpacked. */
const mostDecoded = 2 ** 28

/** Enough for the EXIF data before the size of a JPEG, thumbnail and colour profile included. */
const headerBytes = 2 ** 18

/** A picture file decoded outside the thread, upright, no larger than `most` pixels. Throws `bad-image`. */
export async function decodeBlob(blob: Blob, name: string, most = mostPixels): Promise<Bitmap> {
  const start = new Uint8Array(await blob.slice(0, headerBytes).arrayBuffer())
  if (start.length === 0) throw badImage(name, 'is empty')
  if (isSVG(blob, start)) return drawSVG(blob, name)
  const header = pictureHeader(start)
  if (header) refuseHuge(header, name)
  const goal = header && fitting(header, most)
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(blob, goal ? resized(goal) : {})
  } catch (cause) {
    throw badImage(
      name,
      header ? 'is damaged or cut short' : 'is not a picture that this browser can read',
      undefined,
      cause,
    )
  }
  const turned = header?.turned ?? false
  if (goal) return { bitmap, turned, from: sizeOf(header!) }
  return { ...(await bounded(bitmap, most)), turned }
}

/** The bitmap itself, or in its place a smaller one. */
export async function bounded(bitmap: ImageBitmap, most = mostPixels): Promise<Bitmap> {
  const goal = fitting(bitmap, most)
  if (!goal) return { bitmap }
  const from = sizeOf(bitmap)
  const smaller = await createImageBitmap(bitmap, resized(goal))
  bitmap.close()
  return { bitmap: smaller, from }
}

const resized = ({ width, height }: Size): ImageBitmapOptions => ({
  resizeWidth: width,
  resizeHeight: height,
  resizeQuality: 'high',
})

const sizeOf = ({ width, height }: Size): Size => ({ width, height })

function refuseHuge({ width, height }: PictureHeader, name: string): void {
  if (width * height <= mostDecoded) return
  throw badImage(
    name,
    `has ${width}×${height} pixels, more than ${Math.floor(mostDecoded / 1e6)} million`,
    'Scale it down or cut out a part first.',
  )
}
