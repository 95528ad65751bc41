import { tainted } from './bad-image.ts'
import { decodeBlob } from './decode-blob.ts'
import { fetchImage } from './fetch-image.ts'
import { bitmapOf, nameOf } from './image-source.ts'
import type { ImageSource } from './read-image.ts'
import { isSVG } from './svg.ts'

export interface TransferableImage {
  /** Can be posted to a worker, where `readImage` takes it. */
  readonly image: Blob | ImageBitmap | ImageData
  /** What is handed over in posting it; never what the caller gave. */
  readonly transfer: readonly ImageBitmap[]
}

/**
 * A picture of a page as something that can be posted to a worker: files as they are, to be decoded there, everything else as a bitmap. The
 * source stays as it is. Throws as `readImage`.
 */
export async function toTransferable(source: ImageSource): Promise<TransferableImage> {
  const name = nameOf(source)
  if (source instanceof URL) return toTransferable(await fetchImage(source))
  if (source instanceof ImageData) return { image: source, transfer: [] }
  if (source instanceof Blob) {
    const start = new Uint8Array(await source.slice(0, 1024).arrayBuffer())
    if (!isSVG(source, start)) return { image: source, transfer: [] }
    const { bitmap } = await decodeBlob(source, name)
    return { image: bitmap, transfer: [bitmap] }
  }
  const { bitmap } = await bitmapOf(source)
  try {
    refuseTainted(bitmap)
  } catch (cause) {
    bitmap.close()
    throw tainted(name, cause)
  }
  return { image: bitmap, transfer: [bitmap] }
}

/** Posting it would fail in words that name no cure. */
function refuseTainted(bitmap: ImageBitmap): void {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  context.getImageData(0, 0, 1, 1)
}
