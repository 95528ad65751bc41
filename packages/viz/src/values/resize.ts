import type { Grid } from './grid.ts'

/**
 * Bilinear resize with half-pixel centres: the value at output position x is read at (x + ½)·s − ½, edges held.
 * The convention of TensorFlow 2, PyTorch (`align_corners=False`) and image software.
 */
export function resizeBilinear<G extends Grid>(grid: G, width: number, height: number): G {
  const columns = taps(grid.width, width)
  const rows = taps(grid.height, height)
  const data = new Float32Array(width * height)
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const at = (r: number, c: number) => grid.data[r * grid.width + c]!
      const upper = at(row.low, column.low) * (1 - column.share) + at(row.low, column.high) * column.share
      const lower = at(row.high, column.low) * (1 - column.share) + at(row.high, column.high) * column.share
      data[y * width + x] = upper * (1 - row.share) + lower * row.share
    })
  })
  return { ...grid, width, height, data }
}

/** Nearest resize: the raw cells of a coarse map as they are. */
export function resizeNearest<G extends Grid>(grid: G, width: number, height: number): G {
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * grid.height) / height)
    for (let x = 0; x < width; x++) {
      data[y * width + x] = grid.data[row * grid.width + Math.floor(((x + 0.5) * grid.width) / width)]!
    }
  }
  return { ...grid, width, height, data }
}

function taps(from: number, to: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: to }, (_, i) => {
    const position = Math.max(0, Math.min(from - 1, ((i + 0.5) * from) / to - 0.5))
    const low = Math.floor(position)
    return { low, high: Math.min(low + 1, from - 1), share: position - low }
  })
}
