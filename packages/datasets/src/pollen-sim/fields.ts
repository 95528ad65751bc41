import type { RandomStream } from '@explainnet/core'
import { smoothstep } from './arithmetic.ts'

/** The slide is 128 units wide whatever the picture's size, so that a scene does not depend on its resolution. */
export const slide = 128
/** Samples to a pixel's side. */
export const supersampling = 2

/** `side`² samples over the slide, row-major, `perUnit` of them to a unit of length. */
export interface Grid {
  readonly side: number
  readonly perUnit: number
}

/**
 * What lies on the slide, before light passes through it: optical thickness (in units of length) and the amount of
 * each pigment (in units of optical density). What lies on top of something else adds to it.
 */
export interface Fields extends Grid {
  readonly thickness: Float32Array
  /** Stain of the wall. */
  readonly wall: Float32Array
  /** Stain of the cell's contents. */
  readonly cell: Float32Array
  /** Brown-grey of debris. */
  readonly debris: Float32Array
}

export function emptyFields(size: number): Fields {
  const side = size * supersampling
  const plane = () => new Float32Array(side * side)
  return { side, perUnit: side / slide, thickness: plane(), wall: plane(), cell: plane(), debris: plane() }
}

export const copyOf = (fields: Fields): Fields => ({
  ...fields,
  thickness: fields.thickness.slice(),
  wall: fields.wall.slice(),
  cell: fields.cell.slice(),
  debris: fields.debris.slice(),
})

/** Calls `draw(sample, dx, dy)` for the samples of a square of half-width `reach` around (x, y), all in units. */
export function forSamples(
  grid: Grid,
  x: number,
  y: number,
  reach: number,
  draw: (sample: number, dx: number, dy: number) => void,
): void {
  const { side, perUnit } = grid
  const left = Math.max(0, Math.floor((x - reach) * perUnit))
  const right = Math.min(side - 1, Math.ceil((x + reach) * perUnit))
  const top = Math.max(0, Math.floor((y - reach) * perUnit))
  const bottom = Math.min(side - 1, Math.ceil((y + reach) * perUnit))
  for (let row = top; row <= bottom; row++) {
    const dy = (row + 0.5) / perUnit - y
    for (let column = left; column <= right; column++) draw(row * side + column, (column + 0.5) / perUnit - x, dy)
  }
}

/** Calls `draw(sample, height)` on a round hill: height 1 in the middle, falling as a half-sphere to 0 at `radius`. */
export function dome(
  fields: Fields,
  x: number,
  y: number,
  radius: number,
  draw: (sample: number, height: number) => void,
): void {
  forSamples(fields, x, y, radius, (sample, dx, dy) => {
    const square = (dx * dx + dy * dy) / (radius * radius)
    if (square < 1) draw(sample, Math.sqrt(1 - square))
  })
}

/** A point of a thread: position and half-width there. */
export type ThreadPoint = readonly [x: number, y: number, radius: number]

/** Calls `draw(sample, height)` along a thread of round cross-section; height is 1 on its axis, 0 on its edge. */
export function thread(
  fields: Fields,
  points: readonly ThreadPoint[],
  draw: (sample: number, height: number, radius: number) => void,
): void {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y, radius] of points) {
    left = Math.min(left, x - radius)
    right = Math.max(right, x + radius)
    top = Math.min(top, y - radius)
    bottom = Math.max(bottom, y + radius)
  }
  const { side, perUnit } = fields
  const lastRow = Math.min(side - 1, Math.ceil(bottom * perUnit))
  const lastColumn = Math.min(side - 1, Math.ceil(right * perUnit))
  for (let row = Math.max(0, Math.floor(top * perUnit)); row <= lastRow; row++) {
    for (let column = Math.max(0, Math.floor(left * perUnit)); column <= lastColumn; column++) {
      const x = (column + 0.5) / perUnit
      const y = (row + 0.5) / perUnit
      let best = 1
      let radius = 0
      for (let i = 1; i < points.length; i++) {
        const a = points[i - 1]!
        const b = points[i]!
        const ux = b[0] - a[0]
        const uy = b[1] - a[1]
        const along = Math.min(1, Math.max(0, ((x - a[0]) * ux + (y - a[1]) * uy) / (ux * ux + uy * uy + 1e-9)))
        const dx = x - a[0] - along * ux
        const dy = y - a[1] - along * uy
        const width = a[2] + along * (b[2] - a[2])
        const square = (dx * dx + dy * dy) / (width * width)
        if (square < best) {
          best = square
          radius = width
        }
      }
      if (best < 1) draw(row * side + column, Math.sqrt(1 - best), radius)
    }
  }
}

/** Smooth random surface in 0 … 1 on a lattice of spacing 1 that repeats every `period`. */
export function valueNoise(random: RandomStream, period: number): (x: number, y: number) => number {
  const lattice = Float32Array.from({ length: period * period }, () => random.uniform())
  const wrap = (i: number) => ((i % period) + period) % period
  return (x, y) => {
    const column = Math.floor(x)
    const row = Math.floor(y)
    const fx = smoothstep(0, 1, x - column)
    const fy = smoothstep(0, 1, y - row)
    const left = wrap(column)
    const right = wrap(column + 1)
    const top = wrap(row) * period
    const bottom = wrap(row + 1) * period
    const above = lattice[top + left]! + fx * (lattice[top + right]! - lattice[top + left]!)
    const below = lattice[bottom + left]! + fx * (lattice[bottom + right]! - lattice[bottom + left]!)
    return above + fy * (below - above)
  }
}

/** Uniform in `from` … `to`. */
export const between = (random: RandomStream, from: number, to: number): number => from + (to - from) * random.uniform()
