import type { RawImage } from '@explainnet/core'
import type { NormalisedGrid } from '../values/normalise.ts'
import { resizeBilinear } from '../values/resize.ts'
import { type ColourName, colourOf } from './colour-map.ts'
import { type Pixels, pixelsOf } from './pixels.ts'

export interface ColouriseOptions {
  /** Default `red-blue` for signed grids, else `inferno`. */
  readonly colours?: ColourName | undefined
  /** `opaque` (default), or `relevance`: alpha is |value|, so that nothing is laid over what does not matter. */
  readonly alpha?: 'opaque' | 'relevance' | undefined
}

export const defaultColours = (grid: Pick<NormalisedGrid, 'signed'>): ColourName =>
  grid.signed ? 'red-blue' : 'inferno'

/** Normalised values as pixels, one a cell. */
export function colourise(grid: NormalisedGrid, options: ColouriseOptions = {}): Pixels {
  const { colours = defaultColours(grid), alpha = 'opaque' } = options
  const data = new Uint8ClampedArray(grid.data.length * 4)
  grid.data.forEach((value, i) => {
    data.set(colourOf(colours, value), i * 4)
    data[i * 4 + 3] = alpha === 'opaque' ? 255 : Math.abs(value) * 255
  })
  return { width: grid.width, height: grid.height, data }
}

export interface OverlayOptions extends ColouriseOptions {
  /** `relevance` (default): the image stays as it is where the map is weak. `opaque` tints all of it. */
  readonly alpha?: ColouriseOptions['alpha']
  /** Share of the map's colour in the mix, 0 … 1. Default 0.9, and 0.55 with `alpha: 'opaque'`. */
  readonly opacity?: number | undefined
}

/** A map laid over its image, at the image's size (half-pixel bilinear). */
export function overlay(image: RawImage | Pixels, grid: NormalisedGrid, options: OverlayOptions = {}): Pixels {
  const { alpha = 'relevance' } = options
  const { opacity = alpha === 'relevance' ? 0.9 : 0.55 } = options
  const below = pixelsOf(image)
  const above = colourise(resizeBilinear(grid, below.width, below.height), { ...options, alpha })
  return blend(below, above, opacity)
}

/** The image shown only where the map is strong, dark elsewhere: each pixel times |value|. */
export function masked(image: RawImage | Pixels, grid: NormalisedGrid): Pixels {
  const below = pixelsOf(image)
  const mask = resizeBilinear(grid, below.width, below.height)
  const data = below.data.map((value, i) => (i % 4 === 3 ? value : value * Math.abs(mask.data[i >> 2]!)))
  return { ...below, data }
}

function blend(below: Pixels, above: Pixels, opacity: number): Pixels {
  const data = below.data.slice()
  for (let i = 0; i < data.length; i += 4) {
    const share = (above.data[i + 3]! / 255) * opacity
    for (let c = 0; c < 3; c++) data[i + c] = below.data[i + c]! * (1 - share) + above.data[i + c]! * share
  }
  return { ...below, data }
}
