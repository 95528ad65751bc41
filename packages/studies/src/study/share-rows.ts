import type { bootstrapMean } from '@explainnet/metrics'
import { type Figure, type ReportTable, sharesFigure } from '@explainnet/viz'
import { percent } from './page.ts'

/** Relevance on the planted trait over a run, for one method or control. */
export interface ShareRow {
  readonly name: string
  readonly control: boolean
  readonly positive: ReturnType<typeof bootstrapMean>
  readonly absolute?: ReturnType<typeof bootstrapMean> | undefined
}

export const sharesFigureOf = (shares: readonly ShareRow[]): Figure =>
  sharesFigure({
    title: 'Relevance on the planted trait',
    axis: 'share of positive relevance',
    rows: shares.map(({ name, control, positive }) => ({
      name,
      value: positive.mean,
      interval: [positive.low, positive.high],
      control,
    })),
  })

export const shareTable = (shares: readonly ShareRow[]): ReportTable => ({
  caption: 'Relevance on the planted trait, mean with 95\u00a0% interval',
  columns: ['map', 'Σ max(A, 0)', '', 'Σ |A|', ''],
  rows: shares.map(({ name, positive, absolute }) => [
    name,
    percent(positive.mean),
    `${percent(positive.low)} – ${percent(positive.high)}`,
    absolute ? percent(absolute.mean) : '',
    absolute ? `${percent(absolute.low)} – ${percent(absolute.high)}` : '',
  ]),
})
