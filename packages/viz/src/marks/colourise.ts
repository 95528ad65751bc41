import type { RawImage } from '@explainnet/core'
import type { NormalisedGrid } from '../values/normalise.ts'
import { resizeBilinear } from '../values/resize.ts'
import { type ColourName, colourOf, type Rgb } from './colour-map.ts'
import { type Pixels, pixelsOf } from './pixels.ts'

export interface ColouriseOptions {
  /** Default `red-blue` for signed grids, else `inferno`. */
  readonly colours?: ColourName | undefined
  /**
   * `opaque` (default), or `relevance`: transparent where the map is zero, and the opaque colours again when laid over
   * the colour of zero.
   */
  readonly alpha?: 'opaque' | 'relevance' | undefined
}

export const defaultColours = (grid: Pick<NormalisedGrid, 'signed'>): ColourName =>
  grid.signed ? 'red-blue' : 'inferno'

/** Normalised values as pixels, one a cell. */
export function colourise(grid: NormalisedGrid, options: ColouriseOptions = {}): Pixels {
  const { colours = defaultColours(grid), alpha = 'opaque' } = options
  const data = new Uint8ClampedArray(grid.data.length * 4)
  const zero = colourOf(colours, 0)
  grid.data.forEach((value, i) => {
    const colour = colourOf(colours, value)
    const share = alpha === 'opaque' ? 1 : leastAlpha(colour, zero, Math.abs(value))
    for (let c = 0; c < 3; c++) data[i * 4 + c] = share > 0 ? zero[c]! + (colour[c]! - zero[c]!) / share : zero[c]!
    data[i * 4 + 3] = share * 255
  })
  return { width: grid.width, height: grid.height, data }
}

/** The value itself as alpha, or as much more as a displayable colour over `zero` needs to give `colour`. */
function leastAlpha(colour: Rgb, zero: Rgb, value: number): number {
  let alpha = value
  for (let c = 0; c < 3; c++) {
    const [from, to] = [zero[c]!, colour[c]!]
    if (to !== from) alpha = Math.max(alpha, to > from ? (to - from) / (255 - from) : (from - to) / from)
  }
  // Whole steps of 8 bits, rounded up: the colour is then worked out for the alpha that is stored.
  return Math.ceil(alpha * 255 - 1e-9) / 255
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
