import { drawAxes } from '../figure/axes.ts'
import { compose, type Heading } from '../figure/compose.ts'
import type { Figure } from '../figure/figure.ts'
import { fitText, textWidth } from '../font/measure.ts'
import { colourOf, hex } from '../marks/colour-map.ts'

export interface FeatureBarsFigure extends Heading {
  readonly features: readonly {
    readonly name: string
    /** The feature's own value, as it shall read: `42`, `yes`. */
    readonly value?: string | undefined
    readonly attribution: number
  }[]
  /** What the bars measure: `logit`. */
  readonly axis: string
  /** So many of the largest |attribution|; the rest becomes one bar. Default 12. */
  readonly top?: number | undefined
}

const rowHeight = 24

/** Signed attributions of tabular features, largest first. */
export function featureBarsFigure({ features, axis, top = 12, ...heading }: FeatureBarsFigure): Figure {
  const sorted = features.toSorted((a, b) => Math.abs(b.attribution) - Math.abs(a.attribution))
  const rest = sorted.length > top ? sorted.slice(top - 1) : []
  const shown = rest.length > 0 ? sorted.slice(0, top - 1) : sorted
  const bars = shown.map(({ name, value, attribution }) => ({
    label: value === undefined ? name : `${name} = ${value}`,
    attribution,
  }))
  if (rest.length > 0) {
    bars.push({ label: `${rest.length} others`, attribution: rest.reduce((sum, one) => sum + one.attribution, 0) })
  }
  const names = bars.map(({ label }) => fitText(label, 220, 12))
  const left = Math.ceil(Math.max(0, ...names.map((name) => textWidth(name, 12)))) + 10
  const low = Math.min(0, ...bars.map((bar) => bar.attribution))
  const high = Math.max(0, ...bars.map((bar) => bar.attribution))
  const room = (high - low || 1) * 0.02
  const said = bars.map(({ label, attribution }) => `${label}: ${attribution.toPrecision(3)}`).join(', ')
  return compose(heading, said, (sheet, x, y) => {
    const box = { x: x + left, y, width: 400, height: bars.length * rowHeight + 6 + 38 }
    sheet.panel('bars', box)
    const domain = [low - room, high + room] as const
    const axes = drawAxes(sheet, box, { domain, title: axis }, { domain: [0, 1], hidden: true })
    const zero = axes.x(0)
    bars.forEach(({ attribution }, i) => {
      const middle = axes.inner.y + i * rowHeight + rowHeight / 2
      const end = axes.x(attribution)
      sheet.rect(
        { x: Math.min(zero, end), y: middle - 8, width: Math.abs(end - zero), height: 16 },
        { fill: hex(colourOf('red-blue', attribution < 0 ? -0.75 : 0.75)) },
      )
      sheet.text(x + left - 10, middle + 4, names[i]!, { anchor: 'end' })
    })
    sheet.path(`M${Math.round(zero) + 0.5} ${axes.inner.y}v${axes.inner.height}`, { stroke: '#4a4f58' })
    return { width: left + box.width, height: box.height }
  })
}
