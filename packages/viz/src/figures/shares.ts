import { drawAxes } from '../figure/axes.ts'
import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink, series } from '../figure/figure.ts'
import { fitText, textWidth } from '../font/measure.ts'

export interface SharesFigure extends Heading {
  readonly rows: readonly {
    readonly name: string
    readonly value: number
    /** An interval around the value. */
    readonly interval?: readonly [low: number, high: number] | undefined
    /** Not a method but what it must beat: drawn in grey. */
    readonly control?: boolean | undefined
  }[]
  /** What the bars measure. */
  readonly axis: string
  /** Default: from 0 to the largest value. */
  readonly domain?: readonly [number, number] | undefined
}

/** Horizontal bars with intervals: the share of relevance on a trait beside its controls, or any metric a method. */
export function sharesFigure({ rows, axis, domain, ...heading }: SharesFigure): Figure {
  const names = rows.map((row) => fitText(row.name, 300, 12))
  const left = Math.ceil(Math.max(...names.map((name) => textWidth(name, 12)))) + 10
  const largest = Math.max(...rows.map((row) => row.interval?.[1] ?? row.value), 1e-9)
  const height = rows.length * 26
  return compose(heading, rows.map((row) => `${row.name}: ${row.value.toFixed(3)}`).join(', '), (sheet, x, y) => {
    const box = { x: x + left, y, width: 380, height: height + 6 + 38 }
    sheet.panel('bars', box)
    const limits = domain ?? ([0, largest * 1.02] as const)
    const axes = drawAxes(sheet, box, { domain: limits, title: axis }, { domain: [0, 1], hidden: true })
    const zero = axes.x(Math.max(0, limits[0]))
    rows.forEach(({ value, interval, control }, i) => {
      const top = axes.inner.y + i * 26 + 4
      const end = axes.x(value)
      sheet.rect(
        { x: Math.min(zero, end), y: top, width: Math.abs(end - zero), height: 18 },
        { fill: control ? '#b6bbc3' : series[0] },
      )
      sheet.text(x + left - 10, top + 13, names[i]!, { anchor: 'end' })
      if (!interval) return
      const [low, high] = interval.map((limit) => Math.round(axes.x(limit)) + 0.5) as [number, number]
      const whisker = `M${low} ${top + 9}H${high}M${low} ${top + 4}v10M${high} ${top + 4}v10`
      sheet.path(whisker, { stroke: '#fff', strokeWidth: 3.5 })
      sheet.path(whisker, { stroke: ink.strong, strokeWidth: 1.4 })
    })
    return { width: left + box.width, height: box.height }
  })
}
