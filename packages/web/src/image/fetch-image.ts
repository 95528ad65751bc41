import { fetchFile, isPage } from '../fetch-file.ts'
import { badImage } from './bad-image.ts'

/** Throws `bad-file`, or `bad-image` for a web page. */
export async function fetchImage(url: URL): Promise<Blob> {
  const file = await fetchFile(url.href)
  if (isPage(file)) throw badImage(url.href, 'is a web page and no picture', 'Check the address.')
  // Servers say many things; the decoder looks for itself, but for SVG.
  return new Blob([file.bytes], file.type === 'image/svg+xml' ? { type: file.type } : {})
}
