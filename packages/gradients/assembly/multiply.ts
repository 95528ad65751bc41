// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
import { multiplyAdd } from './multiply-add'

/** Columns of the right operand that lie together: [panel][row][column of the panel], the last panel of four if no more are left. */
export const PANEL: usize = 8

/** Sizes are filled up to fours. */
export function whole(size: usize): usize {
  return (size + 3) & ~3
}

/** out [rows, outer] = a [rows, inner] · b, which is in panels. `inner` and `outer` are multiples of four; up to three rows more are written. */
export function multiply(a: usize, b: usize, out: usize, rows: usize, inner: usize, outer: usize): void {
  const aRow = inner << 2
  const outRow = outer << 2
  for (let panel: usize = 0; panel < outer; panel += PANEL) {
    const wide = outer - panel > 4
    const bPanel = b + ((panel * inner) << 2)
    for (let row: usize = 0; row < rows; row += 4) {
      const from = a + row * aRow
      const to = out + row * outRow + (panel << 2)
      if (wide) multiply4x8(from, aRow, bPanel, to, outRow)
      else multiply4x4(from, aRow, bPanel, to, outRow)
    }
  }
}

function multiply4x8(r0: usize, aRow: usize, b: usize, out: usize, outRow: usize): void {
  let r1 = r0 + aRow
  let r2 = r1 + aRow
  let r3 = r2 + aRow
  const end = r1
  let a0 = f32x4.splat(0),
    b0 = f32x4.splat(0)
  let a1 = f32x4.splat(0),
    b1 = f32x4.splat(0)
  let a2 = f32x4.splat(0),
    b2 = f32x4.splat(0)
  let a3 = f32x4.splat(0),
    b3 = f32x4.splat(0)
  for (; r0 < end; r0 += 16) {
    for (let k: usize = 0; k < 4; k++) {
      const p = v128.load(b + (k << 5)),
        q = v128.load(b + (k << 5) + 16)
      let v = v128.load32_splat(r0 + (k << 2))
      a0 = multiplyAdd(v, p, a0)
      b0 = multiplyAdd(v, q, b0)
      v = v128.load32_splat(r1 + (k << 2))
      a1 = multiplyAdd(v, p, a1)
      b1 = multiplyAdd(v, q, b1)
      v = v128.load32_splat(r2 + (k << 2))
      a2 = multiplyAdd(v, p, a2)
      b2 = multiplyAdd(v, q, b2)
      v = v128.load32_splat(r3 + (k << 2))
      a3 = multiplyAdd(v, p, a3)
      b3 = multiplyAdd(v, q, b3)
    }
    b += 128
    r1 += 16
    r2 += 16
    r3 += 16
  }
  v128.store(out, a0)
  v128.store(out, b0, 16)
  out += outRow
  v128.store(out, a1)
  v128.store(out, b1, 16)
  out += outRow
  v128.store(out, a2)
  v128.store(out, b2, 16)
  out += outRow
  v128.store(out, a3)
  v128.store(out, b3, 16)
}

function multiply4x4(r0: usize, aRow: usize, b: usize, out: usize, outRow: usize): void {
  let r1 = r0 + aRow
  let r2 = r1 + aRow
  let r3 = r2 + aRow
  const end = r1
  let a0 = f32x4.splat(0),
    a1 = f32x4.splat(0),
    a2 = f32x4.splat(0),
    a3 = f32x4.splat(0)
  for (; r0 < end; r0 += 16) {
    for (let k: usize = 0; k < 4; k++) {
      const p = v128.load(b + (k << 4))
      a0 = multiplyAdd(v128.load32_splat(r0 + (k << 2)), p, a0)
      a1 = multiplyAdd(v128.load32_splat(r1 + (k << 2)), p, a1)
      a2 = multiplyAdd(v128.load32_splat(r2 + (k << 2)), p, a2)
      a3 = multiplyAdd(v128.load32_splat(r3 + (k << 2)), p, a3)
    }
    b += 64
    r1 += 16
    r2 += 16
    r3 += 16
  }
  v128.store(out, a0)
  v128.store(out + outRow, a1)
  v128.store(out + 2 * outRow, a2)
  v128.store(out + 3 * outRow, a3)
}
