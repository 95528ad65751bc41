import type { Size } from './bound.ts'

export interface PictureHeader extends Size {
  /** Whether its EXIF orientation is another than upright; `width` and `height` are those after turning. */
  readonly turned: boolean
}

/** Size of a JPEG, PNG, GIF or WebP from its first bytes, before anything is unpacked; undefined for other formats and damaged files. */
export function pictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const size = png(view) ?? gif(view) ?? webp(view)
    return size ? { ...size, turned: false } : jpeg(view)
  } catch {
    // The view ends before the size.
    return undefined
  }
}

function png(view: DataView): Size | undefined {
  if (view.getUint32(0) !== 0x89504e47) return undefined
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

function gif(view: DataView): Size | undefined {
  if (view.getUint32(0) !== 0x47494638) return undefined
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
}

function webp(view: DataView): Size | undefined {
  if (view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250) return undefined
  const kind = view.getUint32(12)
  if (kind === 0x56503858) return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
}

const uint24 = (view: DataView, at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536

function jpeg(view: DataView): PictureHeader | undefined {
  if (view.getUint16(0) !== 0xffd8) return undefined
  let orientation = 1
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    // A marker may be filled up with any number of 0xff.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === 0xe1) orientation = exifOrientation(view, at + 4) ?? orientation
    // Frame headers, but for the markers among them that define tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const height = view.getUint16(at + 5)
      const width = view.getUint16(at + 7)
      const turned = orientation > 1
      return orientation > 4 ? { width: height, height: width, turned } : { width, height, turned }
    }
    at += 2 + view.getUint16(at + 2)
  }
}

/** The orientation, 1 to 8, in a segment that holds EXIF. */
function exifOrientation(view: DataView, start: number): number | undefined {
  if (view.getUint32(start) !== 0x45786966) return undefined
  const tiff = start + 6
  const little = view.getUint16(tiff) === 0x4949
  const directory = tiff + view.getUint32(tiff + 4, little)
  const entries = view.getUint16(directory, little)
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * 12
    if (view.getUint16(entry, little) !== 0x0112) continue
    const value = view.getUint16(entry + 8, little)
    return value >= 1 && value <= 8 ? value : undefined
  }
  return undefined
}
