import type { RandomStream } from '@explainnet/core'

/** Values at equal distances. */
export type Signal = Float64Array

/** Zeros appended: as many as drawn, `least` to `most`. */
export function padSignal(signal: Signal, [least, most]: readonly [number, number], random: RandomStream): Signal {
  const padded = new Float64Array(signal.length + least + random.integer(most - least + 1))
  padded.set(signal)
  return padded
}

/** `length` values along the same stretch, read off the straight lines between the old ones. */
export function resampleSignal(signal: Signal, length: number): Signal {
  return Float64Array.from({ length }, (_, i) => {
    const place = (i * (signal.length - 1)) / (length - 1)
    const left = Math.min(signal.length - 2, Math.floor(place))
    return signal[left]! + (place - left) * (signal[left + 1]! - signal[left]!)
  })
}

/** The factor 1 + `coefficient` · u, with u uniform between −½ and ½. */
export function scaleSignal(signal: Signal, coefficient: number, random: RandomStream): Signal {
  const factor = 1 + coefficient * (random.uniform() - 0.5)
  return signal.map((value) => factor * value)
}

/** Moved to the right by 0 to `most` − 1 places; what leaves comes back on the left. */
export function translateSignal(signal: Signal, most: number, random: RandomStream): Signal {
  const places = random.integer(most)
  return signal.map((_, i) => signal[(i - places + signal.length) % signal.length]!)
}

// exp(−k²/8) for k = 0 … 8, divided so that the filter sums to 1: a Gaussian of standard deviation 2, cut at 4 of them.
const gaussian = [
  0.19947464786474498, 0.1760357588847903, 0.12098748976534901, 0.06475993660472742, 0.026995957967298836,
  0.008764304362785868, 0.002215963172596555, 0.00043634902050678826, 0.00006691628957263552,
] as const

/** Normal noise of standard deviation `scale`, smoothed by a Gaussian of standard deviation 2; mirrored at the ends. */
export function correlatedNoise(length: number, scale: number, random: RandomStream): Signal {
  const noise = independentNoise(length, scale, random)
  const at = (i: number) => noise[i < 0 ? -1 - i : i >= length ? 2 * length - 1 - i : i]!
  return noise.map((value, i) =>
    gaussian.reduce((sum, weight, k) => (k === 0 ? weight * value : sum + weight * (at(i - k) + at(i + k))), 0),
  )
}

/** Normal noise of standard deviation `scale`. */
export const independentNoise = (length: number, scale: number, random: RandomStream): Signal =>
  Float64Array.from({ length }, () => scale * random.normal())

/** Tilted about the middle: `scale` · u · x is taken away, x from −½ to ½ and u uniform between −½ and ½. */
export function shearSignal(signal: Signal, scale: number, random: RandomStream): Signal {
  const slope = scale * (random.uniform() - 0.5)
  return signal.map((value, i) => value - slope * (i / (signal.length - 1) - 0.5))
}
