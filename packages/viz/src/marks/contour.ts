import { contours } from 'd3-contour'
import type { Grid } from '../values/grid.ts'

/** Lines where the grid crosses a level. */
export interface Contour {
  readonly level: number
  /** Closed rings of [x, y] in grid units: cell (0, 0) covers 0 … 1 and has its value at (½, ½). */
  readonly rings: readonly (readonly (readonly [number, number])[])[]
}

/** Iso-lines at the given levels (marching squares, linear interpolation). */
export function contour(grid: Grid, levels: readonly number[]): Contour[] {
  const make = contours().size([grid.width, grid.height])
  return levels.map((level) => ({
    level,
    rings: make.contour(Array.from(grid.data), level).coordinates.flat() as [number, number][][],
  }))
}

/** The outline of a mask (non-zero inside), along its cells' borders smoothed by half a cell. */
export function outlineOf(mask: { readonly width: number; readonly height: number; readonly data: ArrayLike<number> }) {
  const data = Float32Array.from(mask.data, (value) => (value ? 1 : 0))
  return contour({ width: mask.width, height: mask.height, data }, [0.5])[0]!
}

/** Rings as SVG path data, scaled from grid units. */
export function contourPath(rings: Contour['rings'], scaleX = 1, scaleY = scaleX, x = 0, y = 0): string {
  const round = (value: number) => Math.round(value * 100) / 100
  return rings
    .map((ring) => `M${ring.map(([u, v]) => `${round(x + u * scaleX)} ${round(y + v * scaleY)}`).join('L')}Z`)
    .join('')
}
