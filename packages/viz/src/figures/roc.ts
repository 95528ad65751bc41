import { drawAxes, polyline } from '../figure/axes.ts'
import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink, series } from '../figure/figure.ts'
import { fitText } from '../font/measure.ts'

export interface RocFigure extends Heading {
  /** A curve a class, against all others. */
  readonly curves: readonly {
    readonly name: string
    /** Area under the curve, 0 … 1. */
    readonly auc: number
    /** [false positive rate, true positive rate], from [0, 0] to [1, 1]. */
    readonly points: readonly (readonly [number, number])[]
  }[]
}

const side = 320
const legendWidth = 230
const rowHeight = 20

/** Receiver operating characteristics in one chart, their areas in the legend; the diagonal is chance. */
export function rocFigure({ curves, ...heading }: RocFigure): Figure {
  const description = curves.map(({ name, auc }) => `${name} ${auc.toFixed(3)}`).join(', ')
  return compose(heading, `Areas under the curves: ${description}.`, (sheet, x, y) => {
    const box = { x, y, width: side + 30, height: side }
    sheet.panel('ROC', box)
    const axes = drawAxes(
      sheet,
      box,
      { domain: [0, 1], title: 'False positive rate' },
      { domain: [0, 1], title: 'True positive rate' },
    )
    const line = (points: readonly (readonly [number, number])[]) =>
      polyline(points.map(([wrong, right]) => [axes.x(wrong), axes.y(right)] as const))
    const chance = [
      [0, 0],
      [1, 1],
    ] as const
    sheet.path(line(chance), { stroke: ink.soft, dash: '3 3' })
    const left = x + side + 50
    sheet.text(left, y + 16, 'Area under the curve', { weight: 600 })
    for (const [place, { name, auc, points }] of curves.entries()) {
      // Colours come again with dashes.
      const dash = [undefined, '6 3', '2 2'][Math.floor(place / series.length) % 3]
      const style = { stroke: series[place % series.length]!, strokeWidth: 1.8, dash }
      sheet.path(line(points), style)
      const middle = y + 40 + place * rowHeight
      sheet.path(`M${left} ${middle - 4}h22`, style)
      sheet.text(left + 30, middle, fitText(name, legendWidth - 80, 12), { fill: ink.medium })
      sheet.text(left + legendWidth, middle, auc.toFixed(3), { fill: ink.medium, anchor: 'end' })
    }
    return { width: side + 50 + legendWidth, height: Math.max(side, 40 + curves.length * rowHeight) }
  })
}
