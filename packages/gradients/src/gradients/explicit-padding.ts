/** What one spatial axis of a convolution or pooling reaches. */
export interface Extent {
  readonly input: number
  readonly output: number
  readonly window: number
  readonly stride: number
  readonly before: number
}

/**
 * How far the windows reach over the input in front and behind. The latter goes by the windows there are, whichever way their number
 * came about, and is negative where they stop short of the end.
 */
export const margins = ({ input, output, window, stride, before }: Extent): [number, number] => [
  before,
  (output - 1) * stride + window - before - input,
]

/** Zeros in front and behind that the windows see. */
export function beyond(extent: Extent): [number, number] {
  const [before, after] = margins(extent)
  return [before, Math.max(0, after)]
}

interface PlanarInfo {
  readonly inHeight: number
  readonly inWidth: number
  readonly outHeight: number
  readonly outWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly effectiveFilterHeight: number
  readonly effectiveFilterWidth: number
  readonly padInfo: { readonly top: number; readonly left: number }
}

/** Rows and columns. */
export const planarExtents = (info: PlanarInfo): [Extent, Extent] => [
  {
    input: info.inHeight,
    output: info.outHeight,
    window: info.effectiveFilterHeight,
    stride: info.strideHeight,
    before: info.padInfo.top,
  },
  {
    input: info.inWidth,
    output: info.outWidth,
    window: info.effectiveFilterWidth,
    stride: info.strideWidth,
    before: info.padInfo.left,
  },
]
