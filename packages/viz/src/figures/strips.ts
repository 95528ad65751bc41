import type { RawImage } from '@explainnet/core'
import { drawAxes, polyline } from '../figure/axes.ts'
import { compose, type Heading } from '../figure/compose.ts'
import { type Figure, series } from '../figure/figure.ts'
import { drawImageTable, type ImageCell } from '../figure/image-table.ts'
import { type ColouriseOptions, colourise, overlay } from '../marks/colourise.ts'
import { type Pixels, pixelsOf } from '../marks/pixels.ts'
import type { NormalisedGrid } from '../values/normalise.ts'

export interface PathStripFigure extends Heading {
  /** From the baseline (α = 0) to the input (α = 1). */
  readonly points: readonly {
    readonly alpha: number
    readonly image: RawImage | Pixels
    /** The target's score there; all points or none. */
    readonly score?: number | undefined
  }[]
  /** What the scores are. Default `Score`. */
  readonly scoreTitle?: string | undefined
  /** Default 96. */
  readonly cell?: number | undefined
}

/** The interpolated images of an integration path with their α, and the score along it. */
export function pathStripFigure(options: PathStripFigure): Figure {
  const { points, cell = 96, scoreTitle = 'Score' } = options
  const scores = points.map((point) => point.score).filter((score) => score !== undefined)
  return compose(options, `${points.length} images from the baseline to the input.`, (sheet, x, y) => {
    const cells = points.map(({ alpha, image }) => {
      const name = `α = ${alpha.toFixed(2)}`
      return { name, pixels: pixelsOf(image), caption: name }
    })
    const box = drawImageTable(sheet, { columns: evenColumns(points.length, 8), cell, cells }, x, y)
    if (scores.length < points.length || points.length < 2) return box
    const chart = { x, y: y + box.height + 16, width: Math.max(box.width, 320), height: 150 }
    sheet.panel('score', chart)
    const domain = [Math.min(...scores), Math.max(...scores)] as const
    const axes = drawAxes(sheet, chart, { domain: [0, 1], title: 'α' }, { domain, title: scoreTitle })
    const line = points.map(({ alpha, score }) => [axes.x(alpha), axes.y(score!)] as const)
    sheet.path(polyline(line), { stroke: series[0], strokeWidth: 1.8 })
    for (const [cx, cy] of line) sheet.path(`M${cx - 3} ${cy}a3 3 0 1 0 6 0a3 3 0 1 0-6 0Z`, { fill: series[0] })
    return { width: chart.width, height: box.height + 16 + chart.height }
  })
}

export interface LayerSweepFigure extends Heading {
  readonly image: RawImage | Pixels
  /** In the order in which they run. */
  readonly layers: readonly {
    readonly name: string
    readonly map: NormalisedGrid
    readonly chosen?: boolean | undefined
  }[]
  /** Default 110. */
  readonly cell?: number | undefined
}

/** One map a layer, over the image and below it at the layer's own resolution. */
export function layerSweepFigure(options: LayerSweepFigure): Figure {
  const { layers, cell = 110 } = options
  const image = pixelsOf(options.image)
  const description = `A map for each of the layers ${layers.map((layer) => layer.name).join(', ')}.`
  return compose(options, description, (sheet, x, y) => {
    const columns = evenColumns(layers.length, 6)
    let top = y
    let width = 0
    for (let first = 0; first < layers.length; first += columns) {
      const part = layers.slice(first, first + columns)
      const cells: (ImageCell | undefined)[] = part.map(({ name, map, chosen }) => ({
        name: `${name} over the image`,
        pixels: overlay(image, map),
        chosen,
      }))
      while (cells.length < columns) cells.push(undefined)
      for (const { name, map } of part) {
        const pixels = colourise(map)
        cells.push({ name: `${name} raw`, pixels, crisp: true, caption: `${map.width} × ${map.height}` })
      }
      const titles = part.map((layer) => layer.name)
      const aspect = image.width / image.height
      const box = drawImageTable(sheet, { columns, cell, aspect, cells, columnTitles: titles }, x, top)
      top += box.height + 16
      width = Math.max(width, box.width)
    }
    return { width, height: top - 16 - y }
  })
}

export interface ClassMapsFigure extends Heading, ColouriseOptions {
  /** A mean map, or a linear model's weights, a class. */
  readonly maps: readonly { readonly name: string; readonly map: NormalisedGrid }[]
  /** Over the whole set: drawn first, larger. */
  readonly overall?: { readonly name: string; readonly map: NormalisedGrid } | undefined
  /** Default 100. */
  readonly cell?: number | undefined
}

/** A map for each class and one for the whole set: global saliency, or the weights of a linear model. */
export function classMapsFigure(options: ClassMapsFigure): Figure {
  const { maps, overall, cell = 100 } = options
  const cellOf = ({ name, map }: { name: string; map: NormalisedGrid }) => ({
    name,
    pixels: colourise(map, options),
    caption: name,
    crisp: map.width < cell / 2,
  })
  return compose(options, `Maps: ${maps.map((map) => map.name).join(', ')}.`, (sheet, x, y) => {
    const large = overall && drawImageTable(sheet, { columns: 1, cell: cell * 2 + 8, cells: [cellOf(overall)] }, x, y)
    const left = large ? large.width + 20 : 0
    const columns = evenColumns(maps.length, large ? 6 : 7)
    const box = drawImageTable(sheet, { columns, cell, cells: maps.map(cellOf) }, x + left, y)
    return { width: left + box.width, height: Math.max(large?.height ?? 0, box.height) }
  })
}

/** At most so many columns, chosen so that the last row is nearly full. */
const evenColumns = (count: number, most: number) => Math.ceil(count / Math.max(1, Math.ceil(count / most)))
