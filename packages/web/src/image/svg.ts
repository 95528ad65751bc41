import { badImage } from './bad-image.ts'
import type { Bitmap } from './bitmap.ts'
import { fitting, mostPixels } from './bound.ts'

export const isSVG = (blob: Blob, start: Uint8Array): boolean =>
  blob.type === 'image/svg+xml' ||
  /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg[\s>]/i.test(new TextDecoder().decode(start))

/** Browsers draw SVG in elements only. In the size that it gives itself, no larger than other pictures. Throws `bad-image`. */
export async function drawSVG(blob: Blob, name: string): Promise<Bitmap> {
  if (typeof Image === 'undefined') {
    throw badImage(name, 'is an SVG drawing, which cannot be drawn in a worker', 'Read it in the page, or give a PNG.')
  }
  const url = URL.createObjectURL(new Blob([blob], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const size = { width: image.naturalWidth, height: image.naturalHeight }
    if (size.width === 0 || size.height === 0) throw new Error('no size')
    const { width, height } = fitting(size, mostPixels) ?? size
    const bitmap = await createImageBitmap(image, { resizeWidth: width, resizeHeight: height })
    return width === size.width ? { bitmap } : { bitmap, from: size }
  } catch (cause) {
    throw badImage(name, 'is a damaged SVG drawing, or one without width and height', 'Mend it, or give a PNG.', cause)
  } finally {
    URL.revokeObjectURL(url)
  }
}
