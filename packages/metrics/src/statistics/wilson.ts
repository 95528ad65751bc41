/** An interval for a proportion; both ends between 0 and 1. */
export interface ProportionInterval {
  readonly low: number
  readonly high: number
  /** Confidence level. */
  readonly level: 0.95
}

// The 97.5 % point of the standard normal distribution.
const z = 1.959963984540054

/** Wilson's 95 % score interval for `successes` of `count` (Wilson 1927, JASA 22:209). The whole [0, 1] when `count` is 0. */
export function wilsonInterval(successes: number, count: number): ProportionInterval {
  if (count === 0) return { low: 0, high: 1, level: 0.95 }
  const share = successes / count
  const centre = share + z ** 2 / (2 * count)
  const reach = z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  const scale = 1 + z ** 2 / count
  return { low: Math.max(0, (centre - reach) / scale), high: Math.min(1, (centre + reach) / scale), level: 0.95 }
}
