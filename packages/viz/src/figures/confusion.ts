import { compose, type Heading } from '../figure/compose.ts'
import type { Figure } from '../figure/figure.ts'
import { drawHeatTable } from '../figure/heat-table.ts'
import { fitText } from '../font/measure.ts'

export interface ConfusionFigure extends Heading {
  readonly labels: readonly string[]
  /** `counts[true class][predicted class]` */
  readonly counts: readonly (readonly number[])[]
}

/** Counts by true and predicted class; the colour is the share of the true class. Zeros stay blank. */
export function confusionFigure({ labels, counts, ...heading }: ConfusionFigure): Figure {
  const names = labels.map((label) => fitText(label, 120, 11))
  const shares = counts.map((row) => {
    const total = row.reduce((a, b) => a + b, 0)
    return row.map((count) => (count > 0 ? count / total : Number.NaN))
  })
  const cell = labels.length > 12 ? 24 : 34
  const right = counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0)
  const all = counts.flat().reduce((a, b) => a + b, 0)
  return compose(heading, `${right} of ${all} on the diagonal.`, (sheet, x, y) => {
    const box = drawHeatTable(
      sheet,
      {
        rows: names,
        columns: names,
        rowTitle: 'True class',
        columnTitle: 'Predicted class',
        values: shares,
        domain: [0, 1],
        label: (_, row, column) => String(counts[row]![column]),
        colours: 'blues',
        cellWidth: cell,
        cellHeight: cell,
        upright: true,
      },
      x,
      y,
    )
    sheet.panel('confusion matrix', box)
    return box
  })
}
