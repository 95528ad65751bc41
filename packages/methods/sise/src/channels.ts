import { resizeLinear } from '@explainnet/core'
import { otsuThreshold } from './otsu.ts'

/** One row of a layer, channels last. */
export interface LayerValues {
  readonly shape: readonly number[]
  readonly activation: Float32Array
  readonly gradient: Float32Array
}

export interface SelectionOptions {
  readonly threshold: number
  readonly adaptive: boolean
}

/** The channels whose mean gradient lies above `threshold` times the largest, or from Otsu's threshold of the positive ones on. */
export function selectChannels({ shape, activation, gradient }: LayerValues, options: SelectionOptions): number[] {
  const channels = shape.at(-1)!
  const means = new Float64Array(channels)
  for (let i = 0; i < gradient.length; i++) means[i % channels]! += gradient[i]!
  const largest = means.reduce((a, b) => Math.max(a, b))
  if (!(largest > 0)) return []
  const shares = means.map((mean) => mean / largest)
  const cut = options.adaptive ? otsuThreshold(shares.filter((share) => share > 0)) : 0
  return [...shares.keys()].filter(
    (channel) =>
      (options.adaptive ? shares[channel]! > 0 && shares[channel]! >= cut : shares[channel]! > options.threshold) &&
      varies(activation, channel, channels),
  )
}

/** A channel that is the same everywhere has no minimum and maximum to scale by, and nothing to tell. */
function varies(activation: Float32Array, channel: number, channels: number): boolean {
  for (let i = channel; i < activation.length; i += channels) if (activation[i] !== activation[channel]) return true
  return false
}

/** A channel as a mask over the input: brought to its size linearly with half-pixel centres, then scaled to 0 … 1. */
export function attributionMask({ shape, activation }: LayerValues, channel: number, sides: readonly number[]) {
  const channels = shape.at(-1)!
  const data = new Float32Array(activation.length / channels)
  for (let i = 0; i < data.length; i++) data[i] = activation[i * channels + channel]!
  return scaled(resizeLinear({ shape: shape.slice(0, -1), data }, sides).data) as Float32Array
}

/** (v − min)/(max − min); zeros where all values are equal. */
export function scaled<T extends Float32Array | Float64Array>(values: T): T {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const range = high - low
  return values.map((value) => (range > 0 ? (value - low) / range : 0)) as T
}
