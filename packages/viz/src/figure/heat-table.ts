import { textWidth } from '../font/measure.ts'
import { type ColourName, colourOf, hex, readableOn } from '../marks/colour-map.ts'
import { type Box, ink } from './figure.ts'
import type { Sheet } from './sheet.ts'

export interface HeatTable {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly rowTitle: string
  readonly columnTitle: string
  /** A row a row; NaN where there is no value. */
  readonly values: readonly (readonly number[])[]
  /** The values of the first and the last colour. */
  readonly domain: readonly [number, number]
  readonly label: (value: number, row: number, column: number) => string
  readonly colours: ColourName
  readonly cellWidth: number
  readonly cellHeight: number
  readonly chosen?: readonly [row: number, column: number] | undefined
  /** Column names stand upright. */
  readonly upright?: boolean | undefined
}

/** The cell height asked for, or what the upright row title needs. */
export const roomyCell = (cellHeight: number, rows: number, rowTitle: string) =>
  Math.max(cellHeight, Math.ceil((textWidth(rowTitle, 12) + 8) / Math.max(1, rows)))

/** Numbers in coloured cells, row names left, column names below. */
export function drawHeatTable(sheet: Sheet, table: HeatTable, x: number, y: number): Box {
  const { rows, columns, values, domain, cellWidth, colours } = table
  const cellHeight = roomyCell(table.cellHeight, rows.length, table.rowTitle)
  const rowWidth = Math.ceil(Math.max(...rows.map((row) => textWidth(row, 11))))
  const left = x + 20 + rowWidth + 6
  const size = Math.min(11, cellHeight - 4)
  rows.forEach((row, r) => {
    const top = y + r * cellHeight
    sheet.text(left - 6, top + cellHeight / 2 + 4, row, { size: 11, anchor: 'end', fill: ink.medium })
    columns.forEach((_, c) => {
      const value = values[r]?.[c] ?? Number.NaN
      const box = { x: left + c * cellWidth, y: top, width: cellWidth, height: cellHeight }
      const known = Number.isFinite(value)
      const colour = colourOf(colours, known ? (value - domain[0]) / (domain[1] - domain[0] || 1) : 0)
      sheet.rect(box, { fill: known ? hex(colour) : '#fff', stroke: '#fff' })
      const label = known ? table.label(value, r, c) : ''
      if (textWidth(label, size) > cellWidth - 2) return
      sheet.text(box.x + cellWidth / 2, top + cellHeight / 2 + size * 0.36, label, {
        size,
        anchor: 'middle',
        fill: readableOn(colour),
      })
    })
  })
  const bottom = y + rows.length * cellHeight
  const columnHeight = table.upright ? Math.ceil(Math.max(...columns.map((column) => textWidth(column, 11)))) + 6 : 18
  columns.forEach((column, c) => {
    const middle = left + (c + 0.5) * cellWidth
    if (table.upright) {
      sheet.text(middle + 4, bottom + 6, column, { size: 11, anchor: 'end', fill: ink.medium, upward: true })
    } else sheet.text(middle, bottom + 15, column, { size: 11, anchor: 'middle', fill: ink.medium })
  })
  if (table.chosen) {
    const [r, c] = table.chosen
    const [u, v] = [left + c * cellWidth, y + r * cellHeight]
    sheet.path(`M${u} ${v}h${cellWidth}v${cellHeight}h${-cellWidth}Z`, { stroke: '#d55e00', strokeWidth: 3 })
  }
  const right = left + columns.length * cellWidth
  const titleHalf = Math.ceil(textWidth(table.columnTitle, 12) / 2)
  const middle = Math.max((left + right) / 2, x + titleHalf)
  sheet.text(middle, bottom + columnHeight + 16, table.columnTitle, {
    anchor: 'middle',
    fill: ink.medium,
  })
  sheet.text(x + 11, y + (rows.length * cellHeight) / 2, table.rowTitle, {
    anchor: 'middle',
    fill: ink.medium,
    upward: true,
  })
  const width = Math.max(right, middle + titleHalf) - x
  return { x, y, width, height: rows.length * cellHeight + columnHeight + 20 }
}
