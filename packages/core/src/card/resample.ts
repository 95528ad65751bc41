/**
 * Resizes interleaved values by the half-pixel triangle kernel, one axis after the other. With `antialias` the kernel
 * widens by the factor that the image shrinks, as in Pillow's BILINEAR; without, it is TensorFlow's `halfPixelCenters`
 * bilinear. `values` is [height, width, channels]; so is the result.
 */
export function resample(
  values: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  [toHeight, toWidth]: readonly [number, number],
  antialias: boolean,
): Float64Array {
  if (height === toHeight && width === toWidth) return new Float64Array(values)
  const rows = new Float64Array(height * toWidth * channels)
  const horizontal = taps(width, toWidth, antialias)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < toWidth; x++) {
      const { start, weights } = horizontal[x]!
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * values[(y * width + start + k) * channels + c]!
        rows[(y * toWidth + x) * channels + c] = sum
      }
    }
  }
  const result = new Float64Array(toHeight * toWidth * channels)
  const line = toWidth * channels
  taps(height, toHeight, antialias).forEach(({ start, weights }, y) => {
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k]!
      const from = (start + k) * line
      for (let i = 0; i < line; i++) result[y * line + i]! += weight * rows[from + i]!
    }
  })
  return result
}

interface Tap {
  readonly start: number
  readonly weights: Float64Array
}

function taps(from: number, to: number, antialias: boolean): Tap[] {
  const scale = from / to
  // Half the kernel's width in source pixels: wider when shrinking, so that no pixel is left out.
  const support = antialias ? Math.max(1, scale) : 1
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale
    if (!antialias) {
      const position = Math.min(from - 1, Math.max(0, centre - 0.5))
      const start = Math.floor(position)
      const share = position - start
      return { start, weights: share === 0 ? Float64Array.of(1) : Float64Array.of(1 - share, share) }
    }
    // Pillow's bounds: pixels whose centres lie within the support, cut at the edges and normalised.
    const start = Math.max(0, Math.floor(centre - support + 0.5))
    const end = Math.min(from, Math.floor(centre + support + 0.5))
    const weights = new Float64Array(end - start)
    let sum = 0
    for (let k = 0; k < weights.length; k++) {
      weights[k] = Math.max(0, 1 - Math.abs(start + k + 0.5 - centre) / support)
      sum += weights[k]!
    }
    return { start, weights: weights.map((weight) => weight / sum) }
  })
}
