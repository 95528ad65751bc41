import { textWidth, wrapText } from '../font/measure.ts'
import { type Figure, ink } from './figure.ts'
import { newSheet, type Sheet } from './sheet.ts'

export interface Heading {
  readonly title: string
  /** A line or two under the title. */
  readonly subtitle?: string | undefined
}

const margin = 20

/** A figure of a heading and the content under it; `draw` is called twice, first to learn the content's size. */
export function compose(
  heading: Heading,
  description: string,
  draw: (sheet: Sheet, x: number, y: number) => { readonly width: number; readonly height: number },
): Figure {
  const content = draw(newSheet(), 0, 0)
  const width = Math.max(content.width, Math.min(480, Math.ceil(textWidth(heading.title, 15, 600))))
  const sheet = newSheet()
  let y = margin
  for (const line of wrapText(heading.title, width, 15, 2, 600)) {
    sheet.text(margin, y + 13, line, { size: 15, weight: 600 })
    y += 20
  }
  for (const line of heading.subtitle ? wrapText(heading.subtitle, width, 12, 3) : []) {
    sheet.text(margin, y + 12, line, { fill: ink.medium })
    y += 17
  }
  y += 10
  draw(sheet, margin + Math.round((width - content.width) / 2), y)
  return sheet.finish({
    width: width + 2 * margin,
    height: y + content.height + margin,
    title: heading.title,
    description: heading.subtitle ? `${heading.subtitle} ${description}` : description,
  })
}
