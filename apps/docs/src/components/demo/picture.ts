/** A picture from wherever the reader has one, small enough for a page to hold. */

/** What the demo explains. */
export interface Picture {
  readonly image: ImageData
  readonly name: string
  /** Of a rendered grain: its number, its class, and where the planted trait shows. */
  readonly rendered?: { readonly number: number; readonly className: string; readonly mask: Uint8Array } | undefined
}

/** Longest side kept, in pixels: more than a screen's panel shows and any network here reads. */
const longestSide = 1024

/** @throws Error with a sentence for the reader where the browser cannot read it. */
export async function pictureOfFile(file: Blob, name: string): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`‘${name}’ is not a picture that this browser can read. Choose a PNG, JPEG, WebP or AVIF file.`)
  })
  return { image: await reduced(bitmap), name }
}

/** The video's frame at this moment. */
export async function pictureOfVideo(video: HTMLVideoElement): Promise<Picture> {
  return { image: await reduced(await createImageBitmap(video)), name: 'a frame of the camera' }
}

async function reduced(bitmap: ImageBitmap): Promise<ImageData> {
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height))
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ]
  // Resizing a bitmap leaves the page's thread free, drawing a large one does not.
  const small =
    scale < 1
      ? await createImageBitmap(bitmap, { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' })
      : bitmap
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(small, 0, 0)
  bitmap.close()
  small.close()
  return context.getImageData(0, 0, width, height)
}
