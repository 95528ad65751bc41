import { scaleLinear } from 'd3-scale'
import { textWidth } from '../font/measure.ts'
import { type ColourName, colourOf, isDiverging } from '../marks/colour-map.ts'
import type { Box } from './figure.ts'
import { ink } from './figure.ts'
import type { Sheet } from './sheet.ts'

export interface ColourBar {
  readonly colours: ColourName
  /** The raw value at full strength: the bar runs from −limit or from 0 to it. */
  readonly limit: number
  /** What the numbers are: `∂logit/∂pixel`, `probability`. */
  readonly unit?: string | undefined
}

const mostTicks = 6

/** Numbers an axis can carry: plain where they are of ordinary size, else in powers of ten. */
export function tickLabel(value: number, step: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e5 || step < 1e-4) {
    const [mantissa, exponent] = value.toExponential(2).split('e')
    return `${String(Number(mantissa)).replace('-', '−')}e${String(Number(exponent)).replace('-', '−')}`
  }
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))
  return value.toFixed(Math.min(decimals, 6)).replace('-', '−')
}

/** Of any height: fewer or more ticks have fewer or more digits. */
const tickWidth = (bar: ColourBar) =>
  Math.max(
    ...Array.from({ length: mostTicks - 1 }, (_, i) => ticksOf(bar, i + 2))
      .flat()
      .map(({ label }) => textWidth(label, 11)),
  )
/** How much room a standing bar needs to the right of its panel. */
export const colourBarWidth = (bar: ColourBar) => Math.ceil(12 + 8 + tickWidth(bar) + (bar.unit ? 20 : 2))

/** A standing bar, full strength on top, ticks and unit on its right. */
export function drawColourBar(sheet: Sheet, bar: ColourBar, box: Box): void {
  const width = 12
  const steps = 256
  const data = new Uint8ClampedArray(steps * 4).fill(255)
  for (let i = 0; i < steps; i++) {
    const share = 1 - i / (steps - 1)
    data.set(colourOf(bar.colours, isDiverging(bar.colours) ? 2 * share - 1 : share), i * 4)
  }
  const strip = { x: box.x, y: box.y, width, height: box.height }
  sheet.image(strip, { width: 1, height: steps, data }, { crisp: true, frame: true })
  for (const { share, label } of ticksOf(bar, Math.max(2, Math.min(mostTicks, Math.round(box.height / 36))))) {
    const y = Math.round(box.y + (1 - share) * (box.height - 1)) + 0.5
    sheet.path(`M${box.x + width} ${y}h4`, { stroke: ink.soft })
    sheet.text(box.x + width + 7, y + 4, label, { size: 11, fill: ink.medium })
  }
  if (bar.unit) {
    const x = box.x + width + 8 + tickWidth(bar) + 16
    sheet.text(x, box.y + box.height / 2, bar.unit, { size: 11, fill: ink.medium, anchor: 'middle', upward: true })
  }
}

function ticksOf(bar: ColourBar, count: number): { share: number; label: string }[] {
  const limit = bar.limit > 0 ? bar.limit : 1
  const scale = scaleLinear([isDiverging(bar.colours) ? -limit : 0, limit], [0, 1])
  const ticks = scale.ticks(count)
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : limit
  return ticks.map((tick) => ({ share: scale(tick), label: tickLabel(tick, step) }))
}
