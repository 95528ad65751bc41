import type { RawImage } from '@explainnet/core'
import { compose, type Heading } from '../figure/compose.ts'
import type { Figure } from '../figure/figure.ts'
import { drawImageTable, type ImageCell } from '../figure/image-table.ts'
import { type ColouriseOptions, colourise, overlay } from '../marks/colourise.ts'
import type { Contour } from '../marks/contour.ts'
import { type Pixels, pixelsOf } from '../marks/pixels.ts'
import type { NormalisedGrid } from '../values/normalise.ts'
import { resizeBilinear } from '../values/resize.ts'

export interface TechniqueGridFigure extends Heading, ColouriseOptions {
  /** Column titles. */
  readonly techniques: readonly string[]
  /** A row a class or image; a map a technique, or undefined where there is none. */
  readonly rows: readonly {
    readonly name: string
    /** Of the explained class, 0 … 1. */
    readonly probability?: number | undefined
    readonly image: RawImage | Pixels
    readonly maps: readonly (NormalisedGrid | undefined)[]
    /** Drawn over every picture of the row: where the answer is known to lie. */
    readonly outline?: Contour | undefined
  }[]
  /** `heat` (default): the map alone; `overlay`: over the image. */
  readonly show?: 'heat' | 'overlay' | undefined
  /** Side of a picture in pixels. Default 110. */
  readonly cell?: number | undefined
}

/** Techniques side by side, a row for every class: original first, then one map a technique. */
export function techniqueGridFigure(options: TechniqueGridFigure): Figure {
  const { techniques, rows, show = 'heat', cell = 110 } = options
  const cells = rows.flatMap((row): (ImageCell | undefined)[] => {
    const image = pixelsOf(row.image)
    const picture = (map: NormalisedGrid) =>
      show === 'overlay'
        ? overlay(image, map, options)
        : colourise(resizeBilinear(map, image.width, image.height), options)
    return [
      { name: `${row.name}: original`, pixels: image, outline: row.outline },
      ...techniques.map((technique, i) => {
        const map = row.maps[i]
        return map && { name: `${row.name}: ${technique}`, pixels: picture(map), outline: row.outline }
      }),
    ]
  })
  const description = `Rows: ${rows.map((row) => row.name).join(', ')}. Columns: original, ${techniques.join(', ')}.`
  return compose(options, description, (sheet, x, y) =>
    drawImageTable(
      sheet,
      {
        columns: techniques.length + 1,
        cell,
        cells,
        columnTitles: ['Original', ...techniques],
        rowTitles: rows.map(({ name, probability }) => ({
          name,
          note: probability === undefined ? undefined : `p = ${probability.toFixed(3)}`,
        })),
      },
      x,
      y,
    ),
  )
}
