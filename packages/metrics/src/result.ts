import type { Warning } from '@explainnet/core'
import type { Measured, MetricResult, TrivialMeasured, TrivialName } from './api.ts'
import { bootstrapMean, pairedDifference } from './statistics/bootstrap.ts'

/** The values of the judged map under `map`, and of the trivial maps that were measured. */
export type ValuesByMap = { readonly map: readonly number[] } & Readonly<
  Partial<Record<TrivialName, readonly number[]>>
>

export const measured = (values: readonly number[]): Measured => ({ values, interval: bootstrapMean(values) })

/** A metric's result from its values: intervals, and paired differences from the trivial maps. */
export function metricResult(
  about: Pick<MetricResult, 'metric' | 'definition' | 'better' | 'parameters'>,
  { map, ...trivial }: ValuesByMap,
  cost: MetricResult['cost'],
  warnings: readonly Warning[] = [],
): MetricResult {
  const trivialResults: Partial<Record<TrivialName, TrivialMeasured>> = {}
  for (const [name, values] of Object.entries(trivial) as [TrivialName, readonly number[]][]) {
    trivialResults[name] = { ...measured(values), difference: pairedDifference(map, values) }
  }
  return { ...about, ...measured(map), trivial: trivialResults, warnings, cost }
}
