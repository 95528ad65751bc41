// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
import { copyFloats } from './copy-floats'
import { multiply, PANEL, whole } from './multiply'
import { pack } from './pack'

/** Rows of the left operand at once. */
const ROWS: usize = 32

/** Bytes of scratch memory that `matMul` needs. */
export function matMulScratch(inner: usize, columns: usize): usize {
  return (whole(inner) * whole(columns) + ROWS * (whole(inner) + whole(columns))) << 2
}

/** out [batch, rows, columns] = a · b, of which either may be transposed in memory and either may be a batch of one. */
export function matMul(
  a: usize,
  b: usize,
  out: usize,
  scratch: usize,
  aBatch: usize,
  bBatch: usize,
  rows: usize,
  inner: usize,
  columns: usize,
  transposeA: bool,
  transposeB: bool,
): void {
  const depth = whole(inner)
  const width = whole(columns)
  const panels = scratch
  const block = panels + ((depth * width) << 2)
  const result = block + ((ROWS * depth) << 2)
  const aRow = (transposeA ? 1 : inner) << 2
  const aColumn = (transposeA ? rows : 1) << 2
  const bRow = (transposeB ? 1 : columns) << 2
  const bColumn = (transposeB ? inner : 1) << 2
  for (let n: usize = 0; n < max(aBatch, bBatch); n++) {
    if (n < bBatch) {
      for (let first: usize = 0; first < width; first += PANEL) {
        const left = b + first * bColumn
        const lanes = min(PANEL, width - first)
        pack(left, panels + ((first * depth) << 2), inner, depth, bRow, min(lanes, columns - first), lanes, bColumn)
      }
      b += (inner * columns) << 2
    }
    for (let first: usize = 0; first < rows; first += ROWS) {
      const count = min(ROWS, rows - first)
      pack(a + first * aRow, block, count, whole(count), aRow, inner, depth, aColumn)
      if (columns === width && (count & 3) === 0) multiply(block, panels, out, count, depth, width)
      else {
        multiply(block, panels, result, count, depth, width)
        for (let row: usize = 0; row < count; row++) {
          copyFloats(result + ((row * width) << 2), out + ((row * columns) << 2), columns)
        }
      }
      out += (count * columns) << 2
    }
    if (n + 1 < aBatch) a += (rows * inner) << 2
  }
}
