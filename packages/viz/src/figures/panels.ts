import type { RawImage } from '@explainnet/core'
import { colourBarWidth, drawColourBar } from '../figure/colour-bar.ts'
import { compose, type Heading } from '../figure/compose.ts'
import type { Figure } from '../figure/figure.ts'
import { drawImageTable } from '../figure/image-table.ts'
import type { ColourName } from '../marks/colour-map.ts'
import { colourise, defaultColours, overlay } from '../marks/colourise.ts'
import { type Pixels, pixelsOf } from '../marks/pixels.ts'
import type { NormalisedGrid } from '../values/normalise.ts'
import { resizeBilinear } from '../values/resize.ts'

export interface MapPanelsFigure extends Heading {
  readonly image: RawImage | Pixels
  readonly map: NormalisedGrid
  /** The map at its layer's own resolution: drawn as cells, not smoothed. */
  readonly raw?: NormalisedGrid | undefined
  /** What the colour bar counts. */
  readonly unit?: string | undefined
  readonly colours?: ColourName | undefined
  /** Side of a panel in pixels. Default 200. */
  readonly cell?: number | undefined
}

/** Original, overlay, heat map with colour bar, and the raw convolution map where there is one. */
export function mapPanelsFigure(options: MapPanelsFigure): Figure {
  const { map, raw, unit, cell = 200, colours = defaultColours(map) } = options
  const image = pixelsOf(options.image)
  const aspect = image.width / image.height
  const bar = { colours, limit: map.limit, unit }
  const panels = [
    { name: 'Original', pixels: image },
    { name: 'Overlay', pixels: overlay(image, map, { colours }) },
    { name: 'Heat map', pixels: colourise(resizeBilinear(map, image.width, image.height), { colours }) },
  ]
  const barWidth = colourBarWidth(bar)
  return compose(options, 'Panels: original, overlay, heat map, raw map.', (sheet, x, y) => {
    const titles = panels.map((panel) => panel.name)
    const table = { columns: 3, cell, aspect, cells: panels, columnTitles: titles }
    const box = drawImageTable(sheet, table, x, y)
    const height = Math.round(cell / aspect)
    const bottom = y + box.height
    drawColourBar(sheet, bar, { x: x + box.width + 10, y: bottom - height, width: barWidth, height })
    if (!raw) return { width: box.width + 10 + barWidth, height: box.height }
    const name = `Raw map, ${raw.width} × ${raw.height}`
    const right = x + box.width + 10 + barWidth + 16
    const last = { columns: 1, cell, aspect, columnTitles: [name] }
    drawImageTable(sheet, { ...last, cells: [{ name, pixels: colourise(raw, { colours }), crisp: true }] }, right, y)
    return { width: right + cell - x, height: box.height }
  })
}

export interface BaselineFigure extends Heading {
  readonly baseline: RawImage | Pixels
  readonly image: RawImage | Pixels
  readonly map: NormalisedGrid
  /** Default 220. */
  readonly cell?: number | undefined
}

/**
 * Two by two, as the integrated-gradients study has it: baseline, original, attribution mask (|map|), and the mask over
 * the original, in inferno.
 */
export function baselineFigure(options: BaselineFigure): Figure {
  const { cell = 220 } = options
  const image = pixelsOf(options.image)
  const map = { ...options.map, data: options.map.data.map(Math.abs), signed: false }
  const full = resizeBilinear(map, image.width, image.height)
  const cells = [
    { name: 'Baseline', pixels: pixelsOf(options.baseline) },
    { name: 'Original', pixels: image },
    { name: 'Attribution mask', pixels: colourise(full, { colours: 'inferno' }) },
    { name: 'Mask over original', pixels: overlay(image, map, { colours: 'inferno', alpha: 'opaque', opacity: 0.6 }) },
  ].map((item) => ({ ...item, caption: item.name }))
  return compose(options, 'Panels: baseline, original, attribution mask, mask over original.', (sheet, x, y) =>
    drawImageTable(sheet, { columns: 2, cell, aspect: image.width / image.height, cells }, x, y),
  )
}
