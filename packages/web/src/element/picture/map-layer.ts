import { type Attribution, type Geometry, type Preprocessing, placeImage } from '@explainnet/core/plain'
import {
  type ColourName,
  colourise,
  type Grid,
  gridOf,
  isDiverging,
  type NormalisedGrid,
  normaliseGrid,
  resizeBilinear,
} from '@explainnet/viz'
import type { Look, Point } from '../state.ts'
import { canvasOf } from './canvas-of.ts'

/** A map, ready to be laid over its picture and to be asked for values. */
export interface MapLayer {
  /** The raw values, channels summed. */
  readonly grid: Grid
  readonly signed: boolean
  readonly flat: boolean
  /** The raw |value| at full strength. */
  readonly limit: number
  readonly colours: ColourName
  readonly geometry: Geometry
  /** The map in colours, at the size of the model's input; with `relevance`, transparent where it is weak. Made once. */
  tile(alpha: 'opaque' | 'relevance'): HTMLCanvasElement
}

export function mapLayer(
  attribution: Attribution,
  preprocessing: Preprocessing,
  picture: { readonly width: number; readonly height: number },
  look: Pick<Look, 'colours' | 'sign'>,
): MapLayer {
  const grid = gridOf(Object.values(attribution.maps)[0]!)
  const geometry = placeImage(picture.width, picture.height, preprocessing)
  const scaled = normaliseGrid(grid)
  const colours = look.colours ?? (scaled.signed && look.sign === 'both' ? 'red-blue' : 'inferno')
  const data = scaled.data.map((value) => shownValue(value, look.sign, isDiverging(colours)))
  const shown: NormalisedGrid = { ...scaled, data }
  const [height, width] = geometry.size
  // A layer's coarse map is smoothed by values, not by colours.
  const fine = grid.width < width ? resizeBilinear(shown, width, height) : shown
  const tiles = new Map<string, HTMLCanvasElement>()
  return {
    grid,
    signed: scaled.signed,
    flat: scaled.flat,
    limit: scaled.limit,
    colours,
    geometry,
    tile(alpha) {
      const tile = tiles.get(alpha) ?? canvasOf(colourise(fine, { colours, alpha }))
      tiles.set(alpha, tile)
      return tile
    },
  }
}

/** Sequential colours show strength, so what speaks against is shown by its strength, too. */
function shownValue(value: number, sign: Look['sign'], diverging: boolean): number {
  const chosen = sign === 'positive' ? Math.max(0, value) : sign === 'negative' ? Math.min(0, value) : value
  return diverging ? chosen : Math.abs(chosen)
}

export interface Reading {
  /** Cell of the map. */
  readonly column: number
  readonly row: number
  readonly value: number
}

/** The map's value at a point of the picture; undefined where the model does not see the picture. */
export function readAt({ grid, geometry }: MapLayer, { x, y }: Point): Reading | undefined {
  const { source, target, size } = geometry
  const inputX = target.x + ((x * geometry.width - source.x) / source.width) * target.width
  const inputY = target.y + ((y * geometry.height - source.y) / source.height) * target.height
  const inside =
    inputX >= target.x && inputX < target.x + target.width && inputY >= target.y && inputY < target.y + target.height
  if (!inside) return undefined
  const column = Math.min(grid.width - 1, Math.floor((inputX / size[1]) * grid.width))
  const row = Math.min(grid.height - 1, Math.floor((inputY / size[0]) * grid.height))
  return { column, row, value: grid.data[row * grid.width + column]! }
}

/** How far a point moves in the picture from one cell of the map to the next. */
export function cellStep({ grid, geometry }: MapLayer): Point {
  const { source, target, size, width, height } = geometry
  return {
    x: ((size[1] / grid.width) * source.width) / target.width / width,
    y: ((size[0] / grid.height) * source.height) / target.height / height,
  }
}
