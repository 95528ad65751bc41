import type { NDArray, Preprocessing } from '@explainnet/core'

/** Red and blue exchanged. */
export function otherOrder({ shape, data }: NDArray): NDArray {
  const channels = shape.at(-1)!
  return { shape, data: data.map((_, i) => data[i + channels - 1 - 2 * (i % channels)]!) }
}

/** Model input taken for pixels and put through the same scaling again: range, mean, standard deviation. */
export function scaledAgain({ shape, data }: NDArray, preprocessing: Preprocessing): NDArray {
  const { range: [low, high] = [0, 1], mean, std } = preprocessing
  const channels = shape.at(-1)!
  // Where a mean is subtracted, that is done twice; where pixels are only scaled, they are scaled twice.
  const again = (value: number, c: number) =>
    mean || std ? (value - (mean?.[c] ?? 0)) / (std?.[c] ?? 1) : low + (value / 255) * (high - low)
  return { shape, data: data.map((value, i) => again(value, i % channels)) }
}
