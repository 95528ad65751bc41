import type { Interval } from '@explainnet/metrics'
import type { ReportTable } from '@explainnet/viz'
import { figureText, type PublishedRow } from './published.ts'
import type { ChangeIntervals, ChangeSummary } from './summary.ts'

/** Our rows with the published figures beside them, lowest drop first. */
export function changesTable(
  caption: string,
  rows: readonly ChangeSummary[],
  published: readonly PublishedRow[] = [],
): ReportTable {
  return {
    caption,
    columns: [
      'method',
      'examples',
      'drop',
      'increase',
      'kept',
      'published drop',
      'published increase',
      'paper’s drop',
      'paper’s increase',
      'passes',
      'seconds',
    ],
    rows: [...rows]
      .sort((a, b) => a.masked.drop.mean - b.masked.drop.mean)
      .map((row) => {
        const beside = published.find(({ name }) => name === row.name)
        return [
          row.title,
          row.examples,
          ...pair(row.masked),
          row.kept.toFixed(3),
          figureText(beside?.drop),
          figureText(beside?.increase),
          ...pair(row.weighed),
          Math.round(row.cost.forward + row.cost.backward),
          Number((row.cost.milliseconds / 1000).toPrecision(2)),
        ]
      }),
  }
}

/** What the columns mean, for the notes of a report. */
export const changesNotes = (frac: number): string[] => [
  `Drop and increase: the top ${frac} of the map is kept (positions over its value at index ⌊N · ${frac}⌋, sorted downwards), the rest is set to 0 in the model’s units. With Y the probability of the predicted class before and O after, drop is the mean of max(0, (Y − O) ÷ Y) and increase the share with O > Y. In brackets: 95\u00a0% bootstrap intervals over the examples.`,
  `Kept is the share of positions that the mask really keeps: ties at the threshold are set to 0 with the rest, so that a map with many zeros, such as one behind a ReLU, or with few distinct values keeps less than ${frac}.`,
  'The paper’s columns follow Grad-CAM++ (Chattopadhyay et al. 2018): the input is multiplied by the positive part of the map, its largest value being 1.',
]

const pair = ({ drop, increase }: ChangeIntervals) => [intervalText(drop), intervalText(increase)]

const intervalText = ({ mean, low, high }: Interval) => `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
