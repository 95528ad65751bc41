/** Points on the path in [0, 1] and their weights; a full rule's weights add up to 1. */
export interface PathRule {
  readonly alphas: Float64Array
  readonly weights: Float64Array
}

export const quadratures = ['trapezoid', 'gauss-legendre', 'left', 'right', 'middle'] as const
export type Quadrature = (typeof quadratures)[number]

/**
 * The rule with `steps` steps: as many points, and one more for the trapezoid, which has both ends of the path at half
 * weight. (Points at both ends with weights 1/n, as elsewhere, add up to (n − 1)/n and lose completeness.)
 */
export function quadratureRule(quadrature: Quadrature, steps: number): PathRule {
  switch (quadrature) {
    case 'trapezoid': {
      const rule = equalSteps(steps + 1, steps, 0)
      rule.weights[0] = rule.weights[steps] = 0.5 / steps
      return rule
    }
    case 'left':
      return equalSteps(steps, steps, 0)
    case 'middle':
      return equalSteps(steps, steps, 0.5)
    case 'right':
      return equalSteps(steps, steps, 1)
    case 'gauss-legendre':
      return gaussLegendre(steps)
  }
}

/** What turns the sum at `steps` steps into the one at twice as many: `keep` × the old sum + the sum over `rule`. */
export function doubling(quadrature: Quadrature, steps: number): { readonly keep: number; readonly rule: PathRule } {
  if (quadrature === 'gauss-legendre' || quadrature === 'middle') {
    return { keep: 0, rule: quadratureRule(quadrature, 2 * steps) }
  }
  const { alphas, weights } = quadratureRule('middle', steps)
  return { keep: 0.5, rule: { alphas, weights: weights.map((weight) => weight / 2) } }
}

function equalSteps(points: number, steps: number, offset: number): PathRule {
  const alphas = Float64Array.from({ length: points }, (_, i) => (i + offset) / steps)
  return { alphas, weights: new Float64Array(points).fill(1 / steps) }
}

/** Nodes are the roots of the Legendre polynomial, by Newton's method, moved from [−1, 1] to [0, 1]. */
function gaussLegendre(points: number): PathRule {
  const alphas = new Float64Array(points)
  const weights = new Float64Array(points)
  for (let i = 0; i < points; i++) {
    let root = Math.cos((Math.PI * (points - i - 0.25)) / (points + 0.5))
    let slope = 1
    for (let step = Number.POSITIVE_INFINITY, round = 0; Math.abs(step) > 1e-15 && round < 100; round++) {
      let [before, value] = [1, root]
      for (let n = 2; n <= points; n++) [before, value] = [value, ((2 * n - 1) * root * value - (n - 1) * before) / n]
      slope = (points * (root * value - before)) / (root * root - 1)
      step = value / slope
      root -= step
    }
    alphas[i] = (1 + root) / 2
    weights[i] = 1 / ((1 - root * root) * slope * slope)
  }
  return { alphas, weights }
}
