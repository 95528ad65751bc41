import type { Grid } from './grid.ts'

/**
 * Bilinear resize with half-pixel centres: the value at output position x is read at (x + ½)·s − ½, edges held.
 * The convention of TensorFlow 2, PyTorch (`align_corners=False`) and image software.
 */
export function resizeBilinear<G extends Grid>(grid: G, width: number, height: number): G {
  const columns = taps(grid.width, width)
  const rows = taps(grid.height, height)
  const data = new Float32Array(width * height)
  let i = 0
  for (const row of rows) {
    const upper = row.low * grid.width
    const lower = row.high * grid.width
    for (const { low, high, share } of columns) {
      const above = grid.data[upper + low]! * (1 - share) + grid.data[upper + high]! * share
      const below = grid.data[lower + low]! * (1 - share) + grid.data[lower + high]! * share
      data[i++] = above * (1 - row.share) + below * row.share
    }
  }
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
