/**
 * Sine, cosine and exponential from + − × ÷ alone. The engine's own differ between V8, SpiderMonkey and
 * JavaScriptCore in the last bit, which is enough to change a pixel and with it the SHA-256 of a picture.
 */

const halfPi = 1.5707963267948966
// Taylor series; on |x| ≤ π/4 the first term left out is below 3e-11.
const sineSeries = (x: number, q: number) =>
  x * (1 + q * (-1 / 6 + q * (1 / 120 + q * (-1 / 5040 + q * (1 / 362880 - q / 39916800)))))
const cosineSeries = (q: number) =>
  1 + q * (-1 / 2 + q * (1 / 24 + q * (-1 / 720 + q * (1 / 40320 + q * (-1 / 3628800 + q / 479001600)))))
const exponentialSeries = (x: number) =>
  1 + x * (1 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x / 5040))))))

/** sin x, absolute error below 1e-9 for |x| < 1e4. */
export function sine(x: number): number {
  const quarter = Math.round(x / halfPi)
  const r = x - quarter * halfPi
  const square = r * r
  const quadrant = ((quarter % 4) + 4) % 4
  if (quadrant === 0) return sineSeries(r, square)
  if (quadrant === 1) return cosineSeries(square)
  if (quadrant === 2) return -sineSeries(r, square)
  return -cosineSeries(square)
}

/** cos x, absolute error below 1e-9 for |x| < 1e4. */
export const cosine = (x: number): number => sine(x + halfPi)

/** eˣ for −80 ≤ x ≤ 80, relative error below 1e-7; 0 below that range. */
export function exponential(x: number): number {
  if (x < -80) return 0
  const halvings = Math.round(x / Math.LN2)
  let value = exponentialSeries(x - halvings * Math.LN2)
  for (let i = 0; i < halvings; i++) value *= 2
  for (let i = 0; i > halvings; i--) value *= 0.5
  return value
}

/** 0 below `from`, 1 above `to`, 3t² − 2t³ between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return t * t * (3 - 2 * t)
}
