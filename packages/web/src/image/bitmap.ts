import type { Size } from './bound.ts'

/** A decoded picture, upright. Who gets it closes it. */
export interface Bitmap {
  readonly bitmap: ImageBitmap
  /** Whether its EXIF orientation had to be undone. */
  readonly turned?: boolean
  /** What it was scaled down from. */
  readonly from?: Size
}
