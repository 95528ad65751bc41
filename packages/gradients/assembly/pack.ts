// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
import { copyFloats } from './copy-floats'

/** Copies rows × columns values to rows of `width`, of which there are `height`, with zeros where there are no values. Steps are in bytes. */
export function pack(
  from: usize,
  to: usize,
  rows: usize,
  height: usize,
  rowStep: usize,
  columns: usize,
  width: usize,
  columnStep: usize,
): void {
  if (rows < height || columns < width) memory.fill(to, 0, (height * width) << 2)
  const toRow = width << 2
  if (columnStep === 4) {
    for (const end = from + rows * rowStep; from < end; from += rowStep) {
      copyFloats(from, to, columns)
      to += toRow
    }
    return
  }
  for (let column: usize = 0; column < columns; column++) {
    let at = to + (column << 2)
    for (let value = from; value < from + (rows << 2); value += 4) {
      store<f32>(at, load<f32>(value))
      at += toRow
    }
    from += columnStep
  }
}
