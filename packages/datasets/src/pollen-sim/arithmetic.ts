/**
 * Sine, cosine and exponential from + − × ÷ alone. The engine's own differ between V8, SpiderMonkey and
 * JavaScriptCore in the last bit, which is enough to change a pixel and with it the SHA-256 of a picture.
 */

const polynomial = (coefficients: readonly number[], x: number): number => {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!
  return sum
}

const halfPi = 1.5707963267948966
// Taylor coefficients; on |x| ≤ π/4 the first one left out is below 3e-11.
const sineSeries = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800]
const cosineSeries = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600]
const exponentialSeries = [1, 1, 1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040]

/** sin x, absolute error below 1e-9 for |x| < 1e4. */
export function sine(x: number): number {
  const quarter = Math.round(x / halfPi)
  const r = x - quarter * halfPi
  const square = r * r
  const quadrant = ((quarter % 4) + 4) % 4
  if (quadrant === 0) return r * polynomial(sineSeries, square)
  if (quadrant === 1) return polynomial(cosineSeries, square)
  if (quadrant === 2) return -r * polynomial(sineSeries, square)
  return -polynomial(cosineSeries, square)
}

/** cos x, absolute error below 1e-9 for |x| < 1e4. */
export const cosine = (x: number): number => sine(x + halfPi)

/** eˣ for −80 ≤ x ≤ 80, relative error below 1e-7; 0 below that range. */
export function exponential(x: number): number {
  if (x < -80) return 0
  const halvings = Math.round(x / Math.LN2)
  let value = polynomial(exponentialSeries, x - halvings * Math.LN2)
  for (let i = 0; i < halvings; i++) value *= 2
  for (let i = 0; i > halvings; i--) value *= 0.5
  return value
}

/** 0 below `from`, 1 above `to`, 3t² − 2t³ between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return t * t * (3 - 2 * t)
}
