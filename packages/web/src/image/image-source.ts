import { ExplainError } from '@explainnet/core/plain'
import { badImage } from './bad-image.ts'
import type { Bitmap } from './bitmap.ts'
import type { Size } from './bound.ts'
import { bounded } from './decode-blob.ts'
import type { ImageSource } from './read-image.ts'

const words = {
  HTMLImageElement: 'the <img>',
  HTMLCanvasElement: 'the canvas',
  OffscreenCanvas: 'the canvas',
  HTMLVideoElement: 'the video',
  VideoFrame: 'the video frame',
  ImageBitmap: 'the bitmap',
  ImageData: 'the ImageData',
  Blob: 'the image',
  File: 'the image',
  URL: 'the image',
} as const

type Kind = keyof typeof words

/** What a source is, also where it comes from another frame, whose classes are not this one's. Throws `bad-image`. */
export function kindOf(source: ImageSource): Kind {
  const kind = Object.prototype.toString.call(source).slice(8, -1)
  if (Object.hasOwn(words, kind)) return kind as Kind
  throw new ExplainError(
    'bad-image',
    'What was given is no picture.',
    'Give an <img>, canvas, <video>, VideoFrame, ImageBitmap, ImageData, Blob or URL.',
  )
}

/** What messages call it. */
export function nameOf(source: ImageSource): string {
  const kind = kindOf(source)
  if (kind === 'File') return (source as File).name || words.File
  if (kind === 'URL') return (source as URL).href.slice(0, 200)
  const address = kind === 'HTMLImageElement' ? (source as HTMLImageElement).src : ''
  return address === '' || address.startsWith('data:') ? words[kind] : address
}

/** What a source that is no file shows at this moment, as a bitmap of its own. Throws `bad-image`. */
export async function bitmapOf(source: Exclude<ImageSource, Blob | URL>): Promise<Bitmap> {
  const kind = kindOf(source)
  const name = nameOf(source)
  if (kind === 'HTMLImageElement') {
    await (source as HTMLImageElement).decode().catch((cause: unknown) => {
      throw badImage(name, 'did not load, or is no picture', 'Check its address.', cause)
    })
  }
  if (kind === 'HTMLVideoElement' && (source as HTMLVideoElement).readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
    throw badImage(name, 'shows no frame yet', 'Wait for its event loadeddata.')
  }
  const { width, height } = sizeOf(source, kind)
  if (width === 0 || height === 0) {
    const closed = kind === 'ImageBitmap' || kind === 'VideoFrame'
    throw badImage(name, closed ? 'was closed' : `has ${width}×${height} pixels`, 'Give one that has pixels.')
  }
  try {
    return await bounded(await createImageBitmap(source))
  } catch (cause) {
    throw badImage(name, 'cannot be read', 'Give a picture that is loaded and not closed.', cause)
  }
}

function sizeOf(source: ImageSource, kind: Kind): Size {
  if (kind === 'HTMLImageElement') {
    const { naturalWidth, naturalHeight } = source as HTMLImageElement
    return { width: naturalWidth, height: naturalHeight }
  }
  if (kind === 'HTMLVideoElement') {
    const { videoWidth, videoHeight } = source as HTMLVideoElement
    return { width: videoWidth, height: videoHeight }
  }
  if (kind === 'VideoFrame') {
    const { displayWidth, displayHeight } = source as VideoFrame
    return { width: displayWidth, height: displayHeight }
  }
  return source as HTMLCanvasElement
}
