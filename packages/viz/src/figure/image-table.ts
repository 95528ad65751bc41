import { textWidth, wrapText } from '../font/measure.ts'
import { type Contour, contourPath } from '../marks/contour.ts'
import type { Pixels } from '../marks/pixels.ts'
import { type Box, ink } from './figure.ts'
import { fitBox, type Sheet } from './sheet.ts'

export interface ImageCell {
  readonly pixels: Pixels
  readonly name: string
  /** Under the picture, one or two lines. */
  readonly caption?: string | undefined
  readonly crisp?: boolean | undefined
  /** Drawn over the picture; rings in the picture's pixels. */
  readonly outline?: Contour | undefined
  /** Framed in colour: the chosen one. */
  readonly chosen?: boolean | undefined
}

export interface ImageTable {
  readonly columns: number
  readonly cells: readonly (ImageCell | undefined)[]
  /** Side of a cell in pixels. */
  readonly cell: number
  /** Width over height of the cells. Default 1. */
  readonly aspect?: number | undefined
  readonly columnTitles?: readonly string[] | undefined
  /** A name, and a fainter second line. */
  readonly rowTitles?: readonly { readonly name: string; readonly note?: string | undefined }[] | undefined
}

const gap = 8
const captionLine = 14

/** Pictures in rows and columns with titles; returns the box it took. */
export function drawImageTable(sheet: Sheet, table: ImageTable, x: number, y: number): Box {
  const { columns, cells, cell, columnTitles, rowTitles } = table
  const cellHeight = Math.round(cell / (table.aspect ?? 1))
  const rows = Math.ceil(cells.length / columns)
  const titleWidth = rowTitles
    ? Math.ceil(
        Math.min(
          150,
          Math.max(...rowTitles.map((row) => Math.max(textWidth(row.name, 12, 600), textWidth(row.note ?? '', 11)))),
        ),
      )
    : 0
  const left = x + titleWidth + (titleWidth ? 12 : 0)
  const heads = columnTitles?.map((title) => wrapText(title, cell, 12, 2, 600)) ?? []
  const headLines = Math.max(0, ...heads.map((lines) => lines.length))
  heads.forEach((lines, column) => {
    lines.forEach((line, i) => {
      const baseline = y + 11 + (headLines - lines.length + i) * 15
      sheet.text(left + column * (cell + gap) + cell / 2, baseline, line, { weight: 600, anchor: 'middle' })
    })
  })
  let top = y + (headLines ? headLines * 15 + 5 : 0)
  for (let row = 0; row < rows; row++) {
    const title = rowTitles?.[row]
    if (title) {
      const lines = wrapText(title.name, titleWidth, 12, 3, 600)
      const notes = title.note ? wrapText(title.note, titleWidth, 11, 2) : []
      const right = { anchor: 'end' } as const
      let baseline = top + cellHeight / 2 - (lines.length * 15 + notes.length * captionLine) / 2 + 11
      for (const line of lines) {
        sheet.text(x + titleWidth, baseline, line, { ...right, weight: 600 })
        baseline += 15
      }
      for (const line of notes) {
        sheet.text(x + titleWidth, baseline, line, { ...right, size: 11, fill: ink.soft })
        baseline += captionLine
      }
    }
    let captionLines = 0
    for (let column = 0; column < columns; column++) {
      const item = cells[row * columns + column]
      if (!item) continue
      const frame = { x: left + column * (cell + gap), y: top, width: cell, height: cellHeight }
      const captions = item.caption ? wrapText(item.caption, cell + gap - 4, 11, 2) : []
      captionLines = Math.max(captionLines, captions.length)
      drawCell(sheet, item, frame)
      captions.forEach((line, i) => {
        const baseline = top + cellHeight + 14 + i * captionLine
        sheet.text(frame.x + cell / 2, baseline, line, { size: 11, anchor: 'middle', fill: ink.medium })
      })
    }
    top += cellHeight + (captionLines ? captionLines * captionLine + 6 : 0) + gap
  }
  return { x, y, width: left - x + columns * (cell + gap) - gap, height: top - gap - y }
}

function drawCell(sheet: Sheet, item: ImageCell, frame: Box): void {
  const box = fitBox(frame, item.pixels.width, item.pixels.height)
  sheet.panel(item.name, box)
  sheet.image(box, item.pixels, { crisp: item.crisp ?? false, frame: !item.chosen })
  if (item.outline) {
    const d = contourPath(
      item.outline.rings,
      box.width / item.pixels.width,
      box.height / item.pixels.height,
      box.x,
      box.y,
    )
    sheet.path(d, { stroke: '#000', strokeWidth: 2.5 })
    sheet.path(d, { stroke: '#fff', strokeWidth: 1.2 })
  }
  if (item.chosen) {
    const { x, y, width, height } = box
    sheet.path(`M${x} ${y}h${width}v${height}h${-width}Z`, { stroke: '#d55e00', strokeWidth: 3 })
  }
}
