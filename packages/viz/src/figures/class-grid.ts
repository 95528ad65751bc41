import type { RawImage } from '@explainnet/core'
import { compose, type Heading } from '../figure/compose.ts'
import type { Figure } from '../figure/figure.ts'
import { drawImageTable } from '../figure/image-table.ts'
import { type Pixels, pixelsOf } from '../marks/pixels.ts'

export interface ClassGridFigure extends Heading {
  /** One sample a class. */
  readonly items: readonly { readonly name: string; readonly image: RawImage | Pixels }[]
  /** Default: about as many columns as rows, a little wider than high. */
  readonly columns?: number | undefined
  /** Side of a picture in pixels. Default 110. */
  readonly cell?: number | undefined
}

/** One picture a class with its name. */
export function classGridFigure({ items, columns, cell = 110, ...heading }: ClassGridFigure): Figure {
  const wide = columns ?? Math.min(items.length, Math.max(1, Math.ceil(Math.sqrt(items.length * 1.4))))
  return compose(heading, `One sample of each class: ${items.map((item) => item.name).join(', ')}.`, (sheet, x, y) =>
    drawImageTable(
      sheet,
      {
        columns: wide,
        cell,
        cells: items.map(({ name, image }) => ({ name, pixels: pixelsOf(image), caption: name })),
      },
      x,
      y,
    ),
  )
}
