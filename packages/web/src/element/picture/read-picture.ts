import { ExplainError, type RawImage } from '@explainnet/core/plain'
import { pixelsOf } from '@explainnet/viz'
import type { ImageSource } from '../../image/read-image.ts'
import { toTransferable } from '../../image/to-transferable.ts'

/** A picture as the worker gets it, and small enough to be painted at once. */
export interface Picture {
  readonly input: Blob | ImageBitmap | ImageData
  /** At most `largestSide` a side. */
  readonly shown: ImageBitmap
  /** Of the picture itself. */
  readonly width: number
  readonly height: number
  readonly name: string
}

const largestSide = 1024

/** Throws `bad-image` for what is no picture, or cannot be read from this page. */
export async function readPicture(source: string | ImageSource | RawImage): Promise<Picture> {
  const input = await inputOf(source)
  let whole: ImageBitmap
  try {
    whole = await createImageBitmap(input)
  } catch (cause) {
    throw new ExplainError(
      'bad-image',
      'This is not a picture that the browser can decode.',
      'Give a PNG, JPEG, WebP or AVIF file; a very large one may be too much for the memory.',
      { cause },
    )
  }
  const { width, height } = whole
  return { input, shown: await fitted(whole), width, height, name: nameOf(source) }
}

async function inputOf(source: string | ImageSource | RawImage): Promise<Picture['input']> {
  if (typeof source === 'string') return (await toTransferable(new URL(source, document.baseURI))).image
  if (!('channels' in source)) return (await toTransferable(source)).image
  const { data, width, height } = pixelsOf(source)
  return new ImageData(new Uint8ClampedArray(data), width, height)
}

async function fitted(whole: ImageBitmap): Promise<ImageBitmap> {
  const { width, height } = whole
  const scale = largestSide / Math.max(width, height)
  if (scale >= 1) return whole
  const resizeWidth = Math.max(1, Math.round(width * scale))
  const resizeHeight = Math.max(1, Math.round(height * scale))
  const small = await createImageBitmap(whole, { resizeWidth, resizeHeight, resizeQuality: 'high' })
  whole.close()
  return small
}

function nameOf(source: string | ImageSource | RawImage): string {
  if (source instanceof File) return source.name
  const address =
    typeof source === 'string'
      ? source
      : source instanceof URL
        ? source.href
        : source instanceof HTMLImageElement
          ? source.src
          : ''
  if (!address || /^(data|blob):/.test(address)) return 'picture'
  const last = address.split(/[?#]/)[0]!.split('/').at(-1)
  try {
    return decodeURIComponent(last ?? '') || 'picture'
  } catch {
    return last ?? 'picture'
  }
}
