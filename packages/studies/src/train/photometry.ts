import type { RandomStream } from '@explainnet/core'
import type { Picture } from './warp.ts'

export const uniformBetween = (random: RandomStream, from: number, to: number): number =>
  from + (to - from) * random.uniform()

/** Gaussian blur in place, `sigma` in pixels, to three sigmas; edge pixels are repeated. */
export function blur({ size, data }: Picture, sigma: number): void {
  const reach = Math.ceil(3 * sigma)
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  )
  const total = kernel.reduce((a, b) => a + b)
  const line = new Float64Array((size + 2 * reach) * 3)
  const along = (start: number, stride: number) => {
    for (let i = -reach; i < size + reach; i++) {
      const at = start + Math.min(Math.max(i, 0), size - 1) * stride
      for (let c = 0; c < 3; c++) line[(i + reach) * 3 + c] = data[at + c]!
    }
    for (let i = 0; i < size; i++) {
      let [r, g, b] = [0, 0, 0]
      for (let k = 0; k < kernel.length; k++) {
        const weight = kernel[k]!
        const at = (i + k) * 3
        r += weight * line[at]!
        g += weight * line[at + 1]!
        b += weight * line[at + 2]!
      }
      const at = start + i * stride
      data[at] = r / total
      data[at + 1] = g / total
      data[at + 2] = b / total
    }
  }
  for (let row = 0; row < size; row++) along(row * size * 3, 3)
  for (let column = 0; column < size; column++) along(column * 3, size * 3)
}

export interface ColourJitter {
  /** Contrast about the picture's mean is multiplied by 1 ± this. */
  readonly contrast: number
  /** Added: ± this. */
  readonly brightness: number
  /** Saturation is multiplied by 1 ± this. */
  readonly saturation: number
  /** Each channel is multiplied by 1 ± this: white balance. */
  readonly gain: number
}

/** Random contrast, brightness, saturation and white balance in place, clipped to 0 … 1. */
export function jitterColour({ data }: Picture, by: ColourJitter, random: RandomStream): void {
  let mean = 0
  for (const value of data) mean += value / data.length
  const contrast = uniformBetween(random, 1 - by.contrast, 1 + by.contrast)
  const offset = mean - contrast * mean + uniformBetween(random, -by.brightness, by.brightness)
  const saturation = uniformBetween(random, 1 - by.saturation, 1 + by.saturation)
  const gains = [0, 1, 2].map(() => uniformBetween(random, 1 - by.gain, 1 + by.gain))
  for (let k = 0; k < data.length; k += 3) {
    const grey = (data[k]! + data[k + 1]! + data[k + 2]!) / 3
    for (let c = 0; c < 3; c++) {
      const value = (contrast * (grey + (data[k + c]! - grey) * saturation) + offset) * gains[c]!
      data[k + c] = Math.min(1, Math.max(0, value))
    }
  }
}

/** (pixel − mean) ÷ std, into `target` from `offset` on. */
export function standardise(
  { data }: Picture,
  { mean, std }: { mean: readonly number[]; std: readonly number[] },
  target: Float32Array,
  offset: number,
): void {
  for (let k = 0; k < data.length; k++) target[offset + k] = (data[k]! - mean[k % 3]!) / std[k % 3]!
}
