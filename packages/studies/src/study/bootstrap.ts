import { randomStream } from '@explainnet/core'

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/** Mean with a percentile bootstrap interval (Efron 1979), 95 %, 2,000 resamples. Deterministic. */
export function bootstrapMean(values: readonly number[], resamples = 2000): Interval {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const random = randomStream(0, n)
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += values[random.integer(n)]!
    return sum / n
  }).sort()
  const at = (share: number) => means[Math.min(resamples - 1, Math.floor(share * resamples))]!
  return { mean, low: at(0.025), high: at(0.975), n }
}
