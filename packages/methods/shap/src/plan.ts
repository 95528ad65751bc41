import { type Coalitions, ExplainError, linearFit, type Task } from '@explainnet/core'
import { partial, type ShapleyDesign, shapleyDesign } from './coalitions.ts'
import { allCoalitions, shapleyValues } from './exact.ts'

/** The coalitions that are scored for examples of `columns` segments: all of them, or a weighted choice. */
export type Plan = ShapleyDesign | (Coalitions & { readonly columns: number })

export interface Solution {
  readonly values: Float64Array
  /** Absent where the values are exact, or the draws too few to tell. */
  readonly standardErrors?: Float64Array | undefined
}

/** With more segments all coalitions are not gone through, whatever the samples: 2²⁰ of 20 are 20 MB. */
const mostExact = 20

export function planFor(columns: number, samples: number | undefined, task: Pick<Task, 'random'>): Plan {
  const budget = samples ?? 2 * columns + 2048
  if (columns <= mostExact && 2 ** columns <= budget) return { ...allCoalitions(columns), columns }
  if (budget < 2 * columns) {
    throw new ExplainError(
      'bad-option',
      `shap: ${budget} samples are too few for ${columns} segments.`,
      `Give at least ${2 * columns} samples, or fewer segments.`,
    )
  }
  return shapleyDesign(columns, budget, (pair) => task.random(pair))
}

export const isExact = (plan: Plan): boolean => !('enumerated' in plan)

/** Rows in use after a share of the draws: whole pairs. */
export function rowsAt(plan: Plan, share: number): number {
  if (!('enumerated' in plan)) return plan.count
  return plan.enumerated + 2 * Math.floor((share * (plan.count - plan.enumerated)) / 2)
}

/** Finds the values from the plan's scores, and from those of the empty and the full coalition. */
export function solverFor(plan: Plan, share: number): (scores: Float64Array, empty: number, full: number) => Solution {
  if (!('enumerated' in plan)) {
    return (scores, empty, full) => ({ values: shapleyValues(Float64Array.of(empty, ...scores, full), plan.columns) })
  }
  const rows = rowsAt(plan, share)
  const fit = linearFit(partial(plan, rows), rows, { constant: 'sum', ridge: 0 })
  return (scores, empty, full) => {
    const { coefficients, standardErrors } = fit(
      scores.map((score) => score - empty),
      full - empty,
    )
    return { values: coefficients, standardErrors }
  }
}
