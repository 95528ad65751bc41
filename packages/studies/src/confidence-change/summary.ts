import { bootstrapMean, type Interval } from '@explainnet/metrics'
import type { ConfidenceChange, TableMethod } from './changes.ts'

/** Average drop and rate of increase, 0 … 1, with percentile bootstrap intervals over the examples. */
export interface ChangeIntervals {
  /** Mean of max(0, (Y − O) ÷ Y): the lower, the better the map. */
  readonly drop: Interval
  /** Share of examples with O > Y: the higher, the better the map. */
  readonly increase: Interval
}

/** A row of the table. JSON. */
export interface ChangeSummary {
  readonly name: string
  readonly title: string
  readonly examples: number
  /** With the studies' mask. */
  readonly masked: ChangeIntervals
  /** With the multiplication of the Grad-CAM++ paper. */
  readonly weighed: ChangeIntervals
  /** Mean share of positions that the studies' mask kept. */
  readonly kept: number
  /** Mean an example; time as measured when the rows were made. */
  readonly cost: { readonly forward: number; readonly backward: number; readonly milliseconds: number }
}

export function summarise({ name, title }: TableMethod, changes: readonly ConfidenceChange[]): ChangeSummary {
  const mean = (key: 'kept' | 'forward' | 'backward' | 'milliseconds') =>
    changes.reduce((sum, change) => sum + change[key], 0) / changes.length
  return {
    name,
    title,
    examples: changes.length,
    masked: dropAndIncrease(changes.map(({ before, masked }) => [before, masked])),
    weighed: dropAndIncrease(changes.map(({ before, weighed }) => [before, weighed])),
    kept: mean('kept'),
    cost: { forward: mean('forward'), backward: mean('backward'), milliseconds: mean('milliseconds') },
  }
}

const dropAndIncrease = (pairs: readonly (readonly [before: number, after: number])[]): ChangeIntervals => ({
  drop: bootstrapMean(pairs.map(([before, after]) => (before > 0 ? Math.max(0, before - after) / before : 0))),
  increase: bootstrapMean(pairs.map(([before, after]) => (after > before ? 1 : 0))),
})
