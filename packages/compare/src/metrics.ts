import type { NDArray } from '@explainnet/core'
import type { RankedMetric } from './api.ts'
import type { Worth } from './measure.ts'

const lower: ReadonlySet<string> = new Set(['deletion', 'scaled-infidelity'])

/** What methods are ranked by. */
export const metricsOf = (masks: NDArray | undefined): RankedMetric[] => [
  'deletion',
  'insertion',
  'scaled-infidelity',
  'relevance-effect',
  ...(masks ? (['relevance-mass-accuracy'] as const) : []),
]

/** Turned so that higher is better. */
export const oriented = (worths: readonly Worth[], metric: RankedMetric): number[] =>
  worths.map((worth) => (lower.has(metric) ? -worth[metric]! : worth[metric]!))

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
