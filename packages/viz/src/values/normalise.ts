import { type AttributionMap, ExplainError } from '@explainnet/core/plain'
import { quantileSorted } from 'd3-array'
import { type Grid, gridOf, type Reduction } from './grid.ts'

/** A grid scaled for display: [−1, 1] when signed, else [0, 1]. The raw values stay in the map. */
export interface NormalisedGrid extends Grid {
  readonly signed: boolean
  /** The raw |value| that is drawn at full strength; larger ones are capped. */
  readonly limit: number
  /** All values equal: there is nothing to see, and `data` is zero. */
  readonly flat: boolean
}

export interface NormaliseOptions {
  /** Percentile of |value| drawn at full strength, over 0 and up to 100. Default 99. */
  readonly percentile?: number | undefined
  /** `auto` (default): signed if the example has a negative value. `false` draws |value|. */
  readonly signed?: boolean | 'auto' | undefined
  /** Full strength at this raw |value| instead of a percentile, to give several maps one scale. */
  readonly limit?: number | undefined
}

/**
 * Scales one example of a map for display, by its own values and never by those of its batch mates: a percentile cap
 * on |value|, symmetric about zero when signed, so that zero stays zero.
 */
export function normalise(
  map: AttributionMap,
  example = 0,
  options: NormaliseOptions & { readonly reduction?: Reduction | undefined } = {},
): NormalisedGrid {
  return normaliseGrid(gridOf(map, example, options.reduction), options)
}

/** `normalise` for values that are a grid already. A constant or zero grid comes out as zeros with `flat: true`. */
export function normaliseGrid(grid: Grid, options: NormaliseOptions = {}): NormalisedGrid {
  const { percentile = 99, signed = 'auto' } = options
  if (!(percentile > 0 && percentile <= 100)) {
    throw new ExplainError('bad-option', `A percentile of ${percentile} makes no sense.`, 'Give a number in (0, 100].')
  }
  const isSigned = signed === 'auto' ? grid.data.some((value) => value < 0) : signed
  const first = grid.data[0] ?? 0
  const flat = grid.data.every((value) => value === first)
  const limit = options.limit ?? capOf(grid.data, percentile)
  if (flat || limit === 0) return { ...grid, data: new Float32Array(grid.data.length), signed: isSigned, limit, flat }
  const data = grid.data.map((value) => {
    const scaled = Math.max(-1, Math.min(1, value / limit))
    return isSigned ? scaled : Math.abs(scaled)
  })
  return { ...grid, data, signed: isSigned, limit, flat }
}

/** The percentile of |value| (linear interpolation); the maximum where the percentile of a sparse map is zero. */
function capOf(data: Float32Array, percentile: number): number {
  // Sorted as a typed array: much faster than a list with a comparison.
  const sorted = Array.from(data.map(Math.abs).sort())
  return quantileSorted(sorted, percentile / 100) || (sorted.at(-1) ?? 0)
}
