import { polyline } from '../figure/axes.ts'
import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink } from '../figure/figure.ts'
import type { Sheet } from '../figure/sheet.ts'
import { fitText, textWidth, wrapText } from '../font/measure.ts'
import { colourOf, hex } from '../marks/colour-map.ts'
import type { NormalisedGrid } from '../values/normalise.ts'
import { resizeBilinear } from '../values/resize.ts'

export interface SignalCell {
  /** One channel, equally spaced. */
  readonly signal: ArrayLike<number>
  /** Of height 1; drawn as colour behind the line, red for and blue against. Shorter ones are resized to the signal. */
  readonly map?: NormalisedGrid | undefined
  /** From and to which step something is known to lie; underlined. */
  readonly span?: readonly [start: number, end: number] | undefined
  /** Drawn thin behind, on the same scale. */
  readonly behind?: ArrayLike<number> | undefined
  /** Under the cell. */
  readonly note?: string | undefined
}

export interface SignalGridFigure extends Heading {
  readonly columns: readonly string[]
  /** An empty place is undefined. */
  readonly rows: readonly { readonly name: string; readonly cells: readonly (SignalCell | undefined)[] }[]
  /** Of a cell. Default 104. */
  readonly width?: number | undefined
  /** Of a cell. Default 62. */
  readonly height?: number | undefined
}

const gap = 6

/** Small signals in rows and columns, all on one scale, with their maps as colour behind them. */
export function signalGridFigure({ columns, rows, width = 104, height = 62, ...heading }: SignalGridFigure): Figure {
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell !== undefined)
  const values = cells.flatMap(({ signal, behind = [] }) => [...Array.from(signal), ...Array.from(behind)])
  const domain = [Math.min(...values), Math.max(...values)] as const
  const left = Math.min(130, Math.ceil(Math.max(0, ...rows.map(({ name }) => textWidth(name, 12, 600))))) + 10
  const description = `${rows.map(({ name }) => name).join(', ')}, each for ${columns.join(', ')}.`
  return compose(heading, description, (sheet, x, y) => {
    for (const [c, name] of columns.entries()) {
      sheet.text(x + left + c * (width + gap) + width / 2, y + 12, fitText(name, width, 12, 600), {
        weight: 600,
        anchor: 'middle',
      })
    }
    let top = y + (columns.some((name) => name !== '') ? 22 : 0)
    for (const { name, cells: own } of rows) {
      const lines = wrapText(name, left - 10, 12, 3, 600)
      lines.forEach((line, l) => {
        const middle = top + height / 2 + 4 + (l - (lines.length - 1) / 2) * 15
        sheet.text(x + left - 10, middle, line, { weight: 600, anchor: 'end' })
      })
      for (const [c, cell] of own.entries()) {
        const box = { x: x + left + c * (width + gap), y: top, width, height }
        if (!cell) continue
        sheet.panel(`${name}, ${columns[c] ?? ''}`, { ...box, height: height + 3 })
        drawCell(sheet, box, cell, domain)
      }
      top += height + gap + 4 + (own.some((cell) => cell?.note !== undefined) ? 14 : 0)
    }
    return { width: left + columns.length * (width + gap) - gap, height: top - y }
  })
}

function drawCell(
  sheet: Sheet,
  box: { x: number; y: number; width: number; height: number },
  { signal, map, span, behind, note }: SignalCell,
  [low, high]: readonly [number, number],
): void {
  const length = signal.length
  const across = (t: number) => box.x + 3 + (t / Math.max(1, length - 1)) * (box.width - 6)
  const upwards = (value: number) => box.y + box.height - 4 - ((value - low) / (high - low || 1)) * (box.height - 8)
  if (map) {
    const { data } = resizeBilinear(map, length, 1)
    data.forEach((value, t) => {
      const from = t === 0 ? box.x : across(t - 0.5)
      const to = t === length - 1 ? box.x + box.width : across(t + 0.5)
      if (Math.abs(value) < 0.04) return
      sheet.rect({ x: from, y: box.y, width: to - from, height: box.height }, { fill: hex(paler(value)) })
    })
  }
  sheet.rect(box, { stroke: ink.line })
  const line = (of: ArrayLike<number>) =>
    polyline(
      Array.from(of, (value, t) => [across((t * (length - 1)) / Math.max(1, of.length - 1)), upwards(value)] as const),
    )
  if (behind) sheet.path(line(behind), { stroke: ink.soft, strokeWidth: 1, dash: '2 2' })
  sheet.path(line(signal), { stroke: ink.strong, strokeWidth: 1.4 })
  if (span) {
    const [start, end] = [across(span[0]), across(span[1])]
    sheet.path(`M${start.toFixed(1)} ${box.y + box.height + 2.5}H${end.toFixed(1)}`, {
      stroke: ink.strong,
      strokeWidth: 3,
    })
  }
  if (note) {
    const text = fitText(note, box.width, 10)
    sheet.text(box.x + box.width / 2, box.y + box.height + 15, text, { size: 10, fill: ink.medium, anchor: 'middle' })
  }
}

/** Light enough for a dark line on top. */
const paler = (value: number) => colourOf('red-blue', value * 0.75)
