import { describe, expect, it } from 'vitest'
import { doubling, quadratureRule, quadratures } from './quadrature.ts'

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0)
const integrate = ({ alphas, weights }: ReturnType<typeof quadratureRule>, f: (t: number) => number) =>
  sum(alphas.map((alpha, i) => weights[i]! * f(alpha)))

describe('quadratureRule', () => {
  it.each(quadratures)('%s has weights that add up to 1, also with one step', (quadrature) => {
    for (const steps of [1, 2, 5, 50, 512]) expect(sum(quadratureRule(quadrature, steps).weights)).toBeCloseTo(1, 12)
  })

  // Abramowitz & Stegun, table 25.4, on [−1, 1].
  it.each([
    [2, [0.577350269189626], [1]],
    [3, [0, 0.774596669241483], [0.888888888888889, 0.555555555555556]],
    [5, [0, 0.538469310105683, 0.906179845938664], [0.568888888888889, 0.478628670499366, 0.236926885056189]],
    [
      8,
      [0.18343464249565, 0.525532409916329, 0.796666477413627, 0.960289856497536],
      [0.362683783378362, 0.313706645877887, 0.222381034453374, 0.10122853629037],
    ],
  ])('gauss-legendre with %i points has the tabulated nodes and weights', (points, nodes, weights) => {
    const rule = quadratureRule('gauss-legendre', points)
    nodes.forEach((node, i) => {
      const at = points - nodes.length + i
      expect(2 * rule.alphas[at]! - 1).toBeCloseTo(node, 13)
      expect(1 - 2 * rule.alphas[points - 1 - at]!).toBeCloseTo(node, 13)
      expect(2 * rule.weights[at]!).toBeCloseTo(weights[i]!, 13)
    })
  })

  it('gauss-legendre with n points integrates polynomials of degree 2n − 1 exactly', () => {
    for (const points of [1, 4, 20]) {
      const degree = 2 * points - 1
      expect(integrate(quadratureRule('gauss-legendre', points), (t) => t ** degree)).toBeCloseTo(1 / (degree + 1), 13)
      const missed = integrate(quadratureRule('gauss-legendre', points), (t) => t ** (degree + 1)) - 1 / (degree + 2)
      if (points === 4) expect(Math.abs(missed)).toBeGreaterThan(1e-5)
    }
  })

  it.each([
    ['trapezoid', [0, 0.25, 0.5, 0.75, 1], [0.125, 0.25, 0.25, 0.25, 0.125]],
    ['left', [0, 0.25, 0.5, 0.75], [0.25, 0.25, 0.25, 0.25]],
    ['right', [0.25, 0.5, 0.75, 1], [0.25, 0.25, 0.25, 0.25]],
    ['middle', [0.125, 0.375, 0.625, 0.875], [0.25, 0.25, 0.25, 0.25]],
  ] as const)('%s with 4 steps', (quadrature, alphas, weights) => {
    const rule = quadratureRule(quadrature, 4)
    expect([...rule.alphas]).toEqual(alphas)
    expect([...rule.weights]).toEqual(weights)
  })

  it('trapezoid is exact for a constant, where weights of 1/n at n points of both ends lose 1/n', () => {
    const { alphas } = quadratureRule('trapezoid', 49)
    expect(alphas).toHaveLength(50)
    expect(integrate(quadratureRule('trapezoid', 49), () => 1)).toBeCloseTo(1, 12)
    const short = sum(alphas.map((_, i) => (i === 0 || i === 49 ? 0.5 : 1) / 50))
    expect(short).toBeCloseTo(1 - 1 / 50, 12)
  })

  it.each([
    ['gauss-legendre', 1e-12],
    ['trapezoid', 3.1e-2],
    ['middle', 1.6e-2],
    ['left', 0.34],
    ['right', 0.28],
  ] as const)('%s with 50 steps meets the slope of 1 − e^(−30t) within %d', (quadrature, bound) => {
    const slope = (t: number) => 30 * Math.exp(-30 * t)
    const error = Math.abs(integrate(quadratureRule(quadrature, 50), slope) / (1 - Math.exp(-30)) - 1)
    expect(error).toBeLessThan(bound)
    if (quadrature !== 'gauss-legendre') expect(error).toBeGreaterThan(bound * 0.9)
  })
})

describe('doubling', () => {
  it.each(quadratures)('turns %s with n steps into the rule with 2n', (quadrature) => {
    const f = (t: number) => Math.sqrt(0.3 + t * t)
    for (const steps of [1, 7, 14]) {
      const { keep, rule } = doubling(quadrature, steps)
      const refined = keep * integrate(quadratureRule(quadrature, steps), f) + integrate(rule, f)
      expect(refined).toBeCloseTo(integrate(quadratureRule(quadrature, 2 * steps), f), 12)
    }
  })

  it('evaluates only new points of the nested rules', () => {
    for (const quadrature of ['trapezoid', 'left', 'right'] as const) {
      const old = new Set(quadratureRule(quadrature, 7).alphas)
      const { alphas } = doubling(quadrature, 7).rule
      expect(alphas).toHaveLength(7)
      for (const alpha of alphas) expect(old.has(alpha)).toBe(false)
    }
  })
})
