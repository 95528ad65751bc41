import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, ink } from '../figure/figure.ts'
import { fitText, textWidth, wrapText } from '../font/measure.ts'
import { colourOf, type DivergingColours, hex, readableOn } from '../marks/colour-map.ts'

export interface TokenStripFigure extends Heading {
  /** A line of tokens each: a sentence, the same sentence under several methods, or one line for each output token. */
  readonly rows: readonly {
    readonly name: string
    readonly tokens: readonly string[]
    /** One number a token, coloured by the row's own largest |value|. */
    readonly values: ArrayLike<number>
    /** Tokens to underline: those that are known to matter. */
    readonly marked?: readonly boolean[] | undefined
  }[]
  /** Default `red-blue`. */
  readonly colours?: DivergingColours | undefined
  /** Where a line of tokens breaks, in pixels. Default 620. */
  readonly width?: number | undefined
}

const [size, lineHeight, padding, nameWidth] = [13, 30, 6, 150]

/** Words in the colour of their attribution. */
export function tokenStripFigure(options: TokenStripFigure): Figure {
  const { rows, colours = 'red-blue', width = 620 } = options
  const said = rows.map(({ name, tokens }) => `${name}: ${tokens.join(' ')}`).join('; ')
  return compose(options, said, (sheet, x, y) => {
    let top = y
    for (const { name, tokens, values, marked } of rows) {
      const start = top
      const limit = Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
      wrapText(name, nameWidth, 12, 2, 600).forEach((line, l) => {
        sheet.text(x + nameWidth, top + 17 + l * 15, line, { weight: 600, anchor: 'end' })
      })
      const left = x + nameWidth + 14
      let at = left
      tokens.forEach((token, i) => {
        const text = fitText(token, width - 2 * padding, size)
        const box = { x: at, y: top, width: Math.ceil(textWidth(text, size)) + 2 * padding, height: 24 }
        if (at > left && at + box.width > left + width) {
          at = left
          top += lineHeight
          Object.assign(box, { x: at, y: top })
        }
        const colour = colourOf(colours, limit > 0 ? values[i]! / limit : 0)
        sheet.rect(box, { fill: hex(colour), stroke: ink.line, radius: 3 })
        sheet.text(box.x + padding, top + 16.5, text, { size, fill: readableOn(colour) })
        if (marked?.[i]) {
          sheet.path(`M${box.x + 2} ${top + 26}h${box.width - 4}`, { stroke: ink.strong, strokeWidth: 2 })
        }
        at += box.width + 4
      })
      top = Math.max(top, start + (wrapText(name, nameWidth, 12, 2, 600).length - 1) * 15) + lineHeight
      sheet.panel(name, { x, y: start, width: nameWidth + 14 + width, height: top - start - 2 })
      top += 4
    }
    return { width: nameWidth + 14 + width, height: top - y }
  })
}
