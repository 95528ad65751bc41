import { ExplainError } from '../errors.ts'
import type { Coalitions } from './coalitions.ts'

/** Coalitions with their weights in a least-squares fit. */
export interface Design extends Coalitions {
  readonly columns: number
  /** [rows] */
  readonly weights: Float64Array
  /** [rows] Rows drawn together share a group, 0 … `jackknifeGroups` − 1; −1 for rows that were not drawn. */
  readonly group: Int8Array
}

/** Groups of draws that are left out in turn for the standard error. */
export const jackknifeGroups = 10

interface LinearFitOptions {
  /** `free`: a constant is fitted. `sum`: no constant, and the coefficients add up to the given total exactly. */
  readonly constant: 'free' | 'sum'
  /** Added to the squares of the coefficients, not of the constant. */
  readonly ridge: number
}

export interface LinearFit {
  /** [columns] */
  readonly coefficients: Float64Array
  /** [columns] By leaving out one group of draws after the other; undefined where a group has none. */
  readonly standardErrors: Float64Array | undefined
  /** Weighted share of the scores' variance that the fit explains; 1 where there is none. */
  readonly rSquared: number
}

/**
 * A weighted linear fit of scores by which segments are present: minimises Σ w (y − c − z·β)² + ridge·|β|². Everything that
 * does not depend on the scores is done once, for all examples that share the design. Cost: columns³ ÷ 3 for each group.
 */
export function linearFit(design: Design, rows: number, { constant, ridge }: LinearFitOptions) {
  const { columns, present, weights, group } = design
  const size = columns + (constant === 'free' ? 1 : 0)
  const drawn = new Set(group.subarray(0, rows).filter((one) => one >= 0)).size === jackknifeGroups

  const grams = Array.from({ length: jackknifeGroups + 1 }, () => new Float64Array(size * size))
  const members = new Int32Array(size)
  const membersOf = (row: number): number => {
    let count = 0
    for (let i = 0; i < columns; i++) if (present[row * columns + i] === 1) members[count++] = i
    if (constant === 'free') members[count++] = columns
    return count
  }
  for (let row = 0; row < rows; row++) {
    const gram = grams[group[row]! + 1]!
    const count = membersOf(row)
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) gram[members[a]! * size + members[b]!]! += weights[row]!
    }
  }
  /** Whether a group's rows count where group `without` is left out; −1: none is, and rows of group −1 always count. */
  const counts = (of: number, without: number) => (of === without && of >= 0 ? 0 : 1)
  const solvers = Array.from({ length: drawn ? jackknifeGroups + 1 : 1 }, (_, i) => {
    const matrix = new Float64Array(size * size)
    for (const [g, gram] of grams.entries()) {
      const times = counts(g - 1, i - 1)
      for (let k = 0; k < matrix.length; k++) matrix[k]! += times * gram[k]!
    }
    for (let k = 0; k < columns; k++) matrix[k * size + k]! += ridge
    return choleskySolver(matrix, size)
  })

  /** @param total What the coefficients add up to, with `constant: 'sum'`. */
  return (scores: Float64Array, total = 0): LinearFit => {
    const sums = grams.map(() => new Float64Array(size))
    for (let row = 0; row < rows; row++) {
      const sum = sums[group[row]! + 1]!
      const count = membersOf(row)
      for (let a = 0; a < count; a++) sum[members[a]!]! += weights[row]! * scores[row]!
    }
    const solutions = solvers.map((solve, i) => {
      const right = new Float64Array(size)
      for (const [g, sum] of sums.entries()) {
        for (let k = 0; k < size; k++) right[k]! += counts(g - 1, i - 1) * sum[k]!
      }
      const solution = solve(right)
      if (constant === 'free') return solution
      const ones = solve(new Float64Array(size).fill(1))
      const excess = (solution.reduce((a, b) => a + b, 0) - total) / ones.reduce((a, b) => a + b, 0)
      return solution.map((value, k) => value - excess * ones[k]!)
    })
    const [all, ...without] = solutions as [Float64Array, ...Float64Array[]]
    return {
      coefficients: all.subarray(0, columns),
      standardErrors: drawn ? jackknife(without, columns) : undefined,
      rSquared: explained(all, scores),
    }
  }

  function explained(solution: Float64Array, scores: Float64Array): number {
    let [weight, mean] = [0, 0]
    for (let row = 0; row < rows; row++) {
      weight += weights[row]!
      mean += weights[row]! * scores[row]!
    }
    mean /= weight
    let [left, spread] = [0, 0]
    for (let row = 0; row < rows; row++) {
      const count = membersOf(row)
      let value = 0
      for (let a = 0; a < count; a++) value += solution[members[a]!]!
      left += weights[row]! * (scores[row]! - value) ** 2
      spread += weights[row]! * (scores[row]! - mean) ** 2
    }
    return spread > 0 ? 1 - left / spread : 1
  }
}

/** Standard errors from estimates that each lack one group (Efron & Stein 1981). */
function jackknife(without: readonly Float64Array[], columns: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, k) => {
    const mean = without.reduce((sum, one) => sum + one[k]!, 0) / jackknifeGroups
    const squares = without.reduce((sum, one) => sum + (one[k]! - mean) ** 2, 0)
    return Math.sqrt((squares * (jackknifeGroups - 1)) / jackknifeGroups)
  })
}

/** Solves A x = b for a symmetric positive definite A of which the lower triangle is given; A is overwritten. */
function choleskySolver(a: Float64Array, size: number): (b: Float64Array) => Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!
      for (let k = 0; k < j; k++) sum -= a[i * size + k]! * a[j * size + k]!
      if (i > j) a[i * size + j] = sum / a[j * size + j]!
      else if (sum > 1e-12 * a[i * size + i]!) a[i * size + i] = Math.sqrt(sum)
      else {
        throw new ExplainError(
          'bad-option',
          `The samples are too few to tell ${size} segments apart.`,
          'Give more samples, or fewer segments.',
        )
      }
    }
  }
  return (b) => {
    const x = b.slice()
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < i; k++) x[i]! -= a[i * size + k]! * x[k]!
      x[i]! /= a[i * size + i]!
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let k = i + 1; k < size; k++) x[i]! -= a[k * size + i]! * x[k]!
      x[i]! /= a[i * size + i]!
    }
    return x
  }
}
