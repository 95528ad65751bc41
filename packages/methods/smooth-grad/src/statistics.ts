/**
 * Running mean and sum of squared deviations of arrays, one sample at a time (Welford 1962). The textbook
 * E[x²] − E[x]² loses every digit where the deviation is small beside the mean.
 */
export interface RunningStatistics {
  readonly count: number
  readonly mean: Float64Array
  /** Σ (x − mean)². */
  readonly squares: Float64Array
  add(sample: ArrayLike<number>): void
}

export function runningStatistics(length: number): RunningStatistics {
  const mean = new Float64Array(length)
  const squares = new Float64Array(length)
  let count = 0
  return {
    get count() {
      return count
    },
    mean,
    squares,
    add(sample) {
      count++
      for (let i = 0; i < length; i++) {
        const value = sample[i]!
        const before = value - mean[i]!
        mean[i]! += before / count
        squares[i]! += before * (value - mean[i]!)
      }
    },
  }
}
