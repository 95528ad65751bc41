/** A grid of one or two dimensions, row-major. */
export interface Plane {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
}

// Wang et al. 2004, section III-C: an 11-wide Gaussian window of deviation 1.5, K₁ = 0.01, K₂ = 0.03.
const reach = 5
const deviation = 1.5
const [k1, k2] = [0.01, 0.03]

/**
 * Structural similarity, −1 … 1: the mean over all places where the Gaussian window lies inside. A side shorter than 11
 * gets the longest odd window that fits. Signals have a window along time.
 *
 * @param range The largest possible value less the smallest: `L` of the paper.
 *
 * Wang, Bovik, Sheikh & Simoncelli 2004, "Image quality assessment: from error visibility to structural similarity"
 */
export function structuralSimilarity(a: Plane, b: Plane, range: number): number {
  const [c1, c2] = [(k1 * range) ** 2, (k2 * range) ** 2]
  const x = Float64Array.from(a.data)
  const y = Float64Array.from(b.data)
  const smooth = (values: Float64Array) => gaussian(values, a.shape)
  const times = (u: Float64Array, v: Float64Array) => u.map((value, i) => value * v[i]!)
  const [mx, my] = [smooth(x), smooth(y)]
  const [xx, yy, xy] = [smooth(times(x, x)), smooth(times(y, y)), smooth(times(x, y))]
  let sum = 0
  for (let i = 0; i < mx.length; i++) {
    const [u, v] = [mx[i]!, my[i]!]
    const [varX, varY, covariance] = [xx[i]! - u * u, yy[i]! - v * v, xy[i]! - u * v]
    sum += ((2 * u * v + c1) * (2 * covariance + c2)) / ((u * u + v * v + c1) * (varX + varY + c2))
  }
  return sum / mx.length
}

/** Weighted means of the windows that lie inside, one axis after the other. */
function gaussian(values: Float64Array, shape: readonly number[]): Float64Array {
  const [height, width] = shape.length === 1 ? [1, shape[0]!] : (shape as [number, number])
  const across = weightsFor(width)
  const down = weightsFor(height)
  const columns = width - across.length + 1
  const rows = height - down.length + 1
  const wide = new Float64Array(height * columns)
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0
      for (let k = 0; k < across.length; k++) sum += across[k]! * values[r * width + c + k]!
      wide[r * columns + c] = sum
    }
  }
  const found = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0
      for (let k = 0; k < down.length; k++) sum += down[k]! * wide[(r + k) * columns + c]!
      found[r * columns + c] = sum
    }
  }
  return found
}

function weightsFor(side: number): Float64Array {
  const half = Math.min(reach, Math.floor((side - 1) / 2))
  const weights = Float64Array.from({ length: 2 * half + 1 }, (_, i) =>
    Math.exp(-((i - half) ** 2) / (2 * deviation ** 2)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}
