import { ExplainError, randomStream } from '@explainnet/core'
import type { Interval } from '../api.ts'

export interface BootstrapOptions {
  /** Default 2000. */
  readonly resamples?: number | undefined
  /** Of the interval. Default 0.95. */
  readonly confidence?: number | undefined
  /** Default 0. */
  readonly seed?: number | undefined
}

/**
 * Mean with a percentile bootstrap interval (Efron 1979). The same values give the same interval everywhere. With one
 * value the interval is that value; it says nothing then.
 *
 * @throws ExplainError `bad-option` for no values, values that are not finite, or impossible options.
 */
export function bootstrapMean(values: readonly number[], options: BootstrapOptions = {}): Interval {
  const { resamples = 2000, confidence = 0.95, seed = 0 } = options
  const n = values.length
  if (n === 0) throw new ExplainError('bad-option', 'There is no value to average.', 'Give at least one.')
  if (!values.every(Number.isFinite)) {
    throw new ExplainError('bad-option', 'Some values are not finite.', 'Leave them out, and say how many they are.')
  }
  if (!(Number.isInteger(resamples) && resamples >= 1 && confidence > 0 && confidence < 1)) {
    throw new ExplainError(
      'bad-option',
      `${resamples} resamples and a confidence of ${confidence} were asked for.`,
      'Resamples are a whole number from 1, the confidence lies between 0 and 1.',
    )
  }
  if (n === 1) return { mean: values[0]!, low: values[0]!, high: values[0]!, n }
  const random = randomStream(seed, n)
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += values[random.integer(n)]!
    return sum / n
  }).sort()
  // A share that rounding left just under a whole number of resamples counts as that number.
  const at = (share: number) => means[Math.min(resamples - 1, Math.floor(share * resamples + 1e-9))]!
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  return { mean, low: at((1 - confidence) / 2), high: at((1 + confidence) / 2), n }
}

/**
 * Mean of `a[i] − b[i]` with its paired bootstrap interval: examples are resampled, not the two lists apart. If the
 * interval leaves out 0, the difference is not one of these examples alone.
 *
 * @throws ExplainError `bad-shape` for lists of different lengths; as `bootstrapMean`.
 */
export function pairedDifference(a: readonly number[], b: readonly number[], options: BootstrapOptions = {}): Interval {
  if (a.length !== b.length) {
    throw new ExplainError(
      'bad-shape',
      `There are ${a.length} and ${b.length} values.`,
      'Pair them, example by example.',
    )
  }
  return bootstrapMean(
    a.map((value, i) => value - b[i]!),
    options,
  )
}
