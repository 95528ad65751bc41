import { scaleLinear } from 'd3-scale'
import { textWidth } from '../font/measure.ts'
import { tickLabel } from './colour-bar.ts'
import { type Box, ink } from './figure.ts'
import type { Sheet } from './sheet.ts'

export interface Axis {
  readonly domain: readonly [number, number]
  readonly title?: string | undefined
  /** Only whole numbers, as for epochs. */
  readonly whole?: boolean | undefined
  /** No ticks: the rows are named. */
  readonly hidden?: boolean | undefined
}

/** A frame with ticks and grid lines; returns the plot's inner box and the scales to pixels. */
export function drawAxes(sheet: Sheet, box: Box, horizontal: Axis, vertical: Axis) {
  const yScale = scaleLinear([...vertical.domain], [0, 1]).nice(5)
  const yTicks = vertical.hidden ? [] : ticksOf(yScale.ticks(5))
  const labelWidth = Math.max(-8, ...yTicks.map((tick) => textWidth(tick.label, 11)))
  const left = Math.ceil(box.x + (vertical.title ? 20 : 0) + labelWidth + 8)
  const inner = {
    x: left,
    y: box.y + 6,
    width: box.x + box.width - left - 8,
    height: box.height - 6 - 20 - (horizontal.title ? 18 : 0),
  }
  const bottom = inner.y + inner.height
  const xScale = scaleLinear([...horizontal.domain], [inner.x, inner.x + inner.width])
  yScale.range([bottom, inner.y])
  for (const { value, label } of yTicks) {
    const y = Math.round(yScale(value)) + 0.5
    sheet.path(`M${inner.x} ${y}h${inner.width}`, { stroke: ink.faint })
    sheet.text(inner.x - 6, y + 4, label, { size: 11, fill: ink.medium, anchor: 'end' })
  }
  const count = Math.max(2, Math.min(8, Math.floor(inner.width / 60)))
  const xTicks = ticksOf(xScale.ticks(count).filter((tick) => !horizontal.whole || Number.isInteger(tick)))
  for (const { value, label } of xTicks) {
    const x = Math.round(xScale(value)) + 0.5
    sheet.path(`M${x} ${bottom}v4`, { stroke: ink.soft })
    sheet.text(x, bottom + 16, label, { size: 11, fill: ink.medium, anchor: 'middle' })
  }
  sheet.path(`M${inner.x} ${Math.round(bottom) + 0.5}h${inner.width}`, { stroke: ink.soft })
  if (horizontal.title) {
    const middle = inner.x + inner.width / 2
    sheet.text(middle, bottom + 34, horizontal.title, { size: 12, fill: ink.medium, anchor: 'middle' })
  }
  if (vertical.title) {
    const middle = inner.y + inner.height / 2
    sheet.text(box.x + 11, middle, vertical.title, { size: 12, fill: ink.medium, anchor: 'middle', upward: true })
  }
  return { inner, x: (value: number) => xScale(value), y: (value: number) => yScale(value) }
}

export const polyline = (points: readonly (readonly [number, number])[]) =>
  points.length > 0 ? `M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}` : ''

const round = (value: number) => Math.round(value * 100) / 100

function ticksOf(values: readonly number[]) {
  const step = values.length > 1 ? values[1]! - values[0]! : 1
  return values.map((value) => ({ value, label: tickLabel(value, step) }))
}
