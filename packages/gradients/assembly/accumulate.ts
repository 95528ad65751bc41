// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
import { multiplyAdd } from './multiply-add'

export const TILE_IN: usize = 4
export const TILE_OUT: usize = 8

export function panels(channels: usize, width: usize): usize {
  return (channels + width - 1) / width
}

/** Adds to the tile [TILE_IN, TILE_OUT] at `out` what `rows × columns` pixels contribute. Steps are in bytes. */
export function accumulate(
  out: usize,
  x: usize,
  dy: usize,
  rows: usize,
  columns: usize,
  xRowStep: usize,
  xColumnStep: usize,
): void {
  let a0 = v128.load(out, 0),
    b0 = v128.load(out, 16)
  let a1 = v128.load(out, 32),
    b1 = v128.load(out, 48)
  let a2 = v128.load(out, 64),
    b2 = v128.load(out, 80)
  let a3 = v128.load(out, 96),
    b3 = v128.load(out, 112)
  for (let row: usize = 0; row < rows; row++) {
    let xs = x + row * xRowStep
    for (const end = dy + (columns << 5); dy < end; dy += 32) {
      const a = v128.load(dy),
        b = v128.load(dy, 16)
      let v = v128.load32_splat(xs)
      a0 = multiplyAdd(v, a, a0)
      b0 = multiplyAdd(v, b, b0)
      v = v128.load32_splat(xs, 4)
      a1 = multiplyAdd(v, a, a1)
      b1 = multiplyAdd(v, b, b1)
      v = v128.load32_splat(xs, 8)
      a2 = multiplyAdd(v, a, a2)
      b2 = multiplyAdd(v, b, b2)
      v = v128.load32_splat(xs, 12)
      a3 = multiplyAdd(v, a, a3)
      b3 = multiplyAdd(v, b, b3)
      xs += xColumnStep
    }
  }
  v128.store(out, a0, 0)
  v128.store(out, b0, 16)
  v128.store(out, a1, 32)
  v128.store(out, b1, 48)
  v128.store(out, a2, 64)
  v128.store(out, b2, 80)
  v128.store(out, a3, 96)
  v128.store(out, b3, 112)
}
