import { drawAxes, polyline } from '../figure/axes.ts'
import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink } from '../figure/figure.ts'
import { wrapText } from '../font/measure.ts'
import { type ColourName, colourOf, hex, isDiverging } from '../marks/colour-map.ts'
import { defaultColours } from '../marks/colourise.ts'
import type { NormalisedGrid } from '../values/normalise.ts'
import { resizeBilinear } from '../values/resize.ts'

export interface SignalFigure extends Heading {
  /** One channel, equally spaced. */
  readonly signal: ArrayLike<number>
  /** Maps of height 1; shorter ones, as Grad-CAM's, are resized to the signal. */
  readonly maps: readonly { readonly name: string; readonly map: NormalisedGrid }[]
  /** A template to compare with, of the signal's length, drawn thin behind it. */
  readonly template?: ArrayLike<number> | undefined
  readonly colours?: ColourName | undefined
  /** Default 560. */
  readonly width?: number | undefined
}

/** A signal with its maps: as colour along the line, and as bars under it. */
export function signalFigure(options: SignalFigure): Figure {
  const { maps, template, width = 560 } = options
  const signal = Array.from(options.signal)
  const values = template ? [...signal, ...Array.from(template)] : signal
  const domain = [Math.min(...values), Math.max(...values)] as const
  const titleWidth = 110
  return compose(options, `A signal of ${signal.length} values and its maps.`, (sheet, x, y) => {
    let top = y
    maps.forEach(({ name, map }, i) => {
      const last = i === maps.length - 1
      const { data } = resizeBilinear(map, signal.length, 1)
      const colours = options.colours ?? defaultColours(map)
      // A sequential map's weakest colour is nearly black and its strongest nearly white: neither shows on white paper.
      const colourAt = (value: number) =>
        hex(map.signed || options.colours ? colourOf(colours, value) : colourOf('inferno', 0.85 - 0.7 * (1 - value)))
      const box = { x: x + titleWidth + 10, y: top, width, height: 110 + (last ? 18 : 0) }
      sheet.panel(name, box)
      const horizontal = { domain: [0, Math.max(1, signal.length - 1)] as const, title: last ? 'Time step' : undefined }
      const axes = drawAxes(sheet, box, horizontal, { domain })
      wrapText(name, titleWidth, 12, 3, 600).forEach((line, l) => {
        sheet.text(x + titleWidth, top + 40 + l * 15, line, { weight: 600, anchor: 'end' })
      })
      const barBase = axes.inner.y + axes.inner.height
      const barWidth = axes.inner.width / signal.length
      data.forEach((value, t) => {
        const height = Math.abs(value) * axes.inner.height * 0.45
        const left = axes.x(t) - barWidth / 2
        const start = Math.max(axes.inner.x, left)
        const end = Math.min(axes.inner.x + axes.inner.width, left + barWidth)
        if (height >= 0.5) {
          sheet.rect({ x: start, y: barBase - height, width: end - start, height }, { fill: lighter(colourAt(value)) })
        }
      })
      const points = signal.map((value, t) => [axes.x(t), axes.y(value)] as const)
      if (template) {
        const line = Array.from(template, (value, t) => [axes.x(t), axes.y(value)] as const)
        sheet.path(polyline(line), { stroke: ink.soft, strokeWidth: 1, dash: '2 2' })
      }
      sheet.path(polyline(points), { stroke: '#8a9099', strokeWidth: 1.4 })
      points.forEach(([px, py], t) => {
        const [half, before, after] = [data[t]!, points[t - 1], points[t + 1]]
        const from = before ? [(before[0] + px) / 2, (before[1] + py) / 2] : [px, py]
        const to = after ? [(after[0] + px) / 2, (after[1] + py) / 2] : [px, py]
        // The neutral middle of diverging colours is as pale as the paper: there the grey line under it shows.
        if (isDiverging(colours) && Math.abs(half) < 0.1) return
        const strokeWidth = 1.5 + 2.5 * Math.abs(half)
        sheet.path(polyline([from, [px, py], to] as [number, number][]), { stroke: colourAt(half), strokeWidth })
      })
      top += box.height + 6
    })
    return { width: titleWidth + 10 + width, height: top - 6 - y }
  })
}

function lighter(colour: string): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return hex(parts.map((part) => Math.round(part + (255 - part) * 0.45)) as [number, number, number])
}
