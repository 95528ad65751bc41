/** Pixels between 0 and 1, row-major, three channels: what augmentations work on. */
export interface Picture {
  readonly size: number
  readonly data: Float32Array
}

export interface Warp {
  /** Radians. */
  readonly rotation: number
  readonly flip: boolean
  readonly zoom: number
  /** Shares of the size. */
  readonly shiftX: number
  readonly shiftY: number
}

/**
 * One bilinear affine warp about the centre of a square picture of bytes: mirror, zoom, rotate, shift. Pixel centres
 * stand at half-integers; what comes from outside has the colour `fill` (0 … 255).
 */
export function warp(source: Uint8Array, from: number, fill: ArrayLike<number>, to: number, by: Warp): Picture {
  const data = new Float32Array(to * to * 3)
  const scale = from / (to * by.zoom)
  const [cosine, sine] = [Math.cos(by.rotation) * scale, Math.sin(by.rotation) * scale]
  const mirror = by.flip ? -1 : 1
  for (let y = 0, k = 0; y < to; y++) {
    const dy = y + 0.5 - to / 2 - by.shiftY * to
    for (let x = 0; x < to; x++, k += 3) {
      const dx = x + 0.5 - to / 2 - by.shiftX * to
      const u = mirror * (cosine * dx + sine * dy) + from / 2 - 0.5
      const v = cosine * dy - sine * dx + from / 2 - 0.5
      const [left, top] = [Math.floor(u), Math.floor(v)]
      const [right, down] = [u - left, v - top]
      for (let corner = 0; corner < 4; corner++) {
        const [column, row] = [left + (corner & 1), top + (corner >> 1)]
        const weight = ((corner & 1) === 1 ? right : 1 - right) * (corner >> 1 === 1 ? down : 1 - down) * (1 / 255)
        if (column < 0 || column >= from || row < 0 || row >= from) {
          for (let c = 0; c < 3; c++) data[k + c]! += weight * fill[c]!
        } else {
          const at = (row * from + column) * 3
          for (let c = 0; c < 3; c++) data[k + c]! += weight * source[at + c]!
        }
      }
    }
  }
  return { size: to, data }
}
