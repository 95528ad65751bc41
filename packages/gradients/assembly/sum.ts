// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** Rows whose sum is rounded on its own before it joins the total: the error grows with this plus the number of blocks, not with all rows. */
const BLOCK: usize = 512

/** out[o, i] = scale · Σ over r of x[o, r, i]. */
export function sum(x: usize, out: usize, outer: usize, rows: usize, inner: usize, scale: f32): void {
  if (inner === 1) {
    for (let o: usize = 0; o < outer; o++) {
      store<f32>(out, sumRow(x, rows) * scale)
      x += rows << 2
      out += 4
    }
    return
  }
  const rowBytes = inner << 2
  for (let o: usize = 0; o < outer; o++) {
    memory.fill(out, 0, rowBytes)
    for (let start: usize = 0; start < rows; start += BLOCK) {
      const end = x + min(BLOCK, rows - start) * rowBytes
      let c: usize = 0
      for (; c + 64 <= rowBytes; c += 64) {
        let s0 = f32x4.splat(0)
        let s1 = f32x4.splat(0)
        let s2 = f32x4.splat(0)
        let s3 = f32x4.splat(0)
        for (let row = x + c; row < end; row += rowBytes) {
          s0 = f32x4.add(s0, v128.load(row, 0))
          s1 = f32x4.add(s1, v128.load(row, 16))
          s2 = f32x4.add(s2, v128.load(row, 32))
          s3 = f32x4.add(s3, v128.load(row, 48))
        }
        const total = out + c
        v128.store(total, f32x4.add(v128.load(total, 0), s0), 0)
        v128.store(total, f32x4.add(v128.load(total, 16), s1), 16)
        v128.store(total, f32x4.add(v128.load(total, 32), s2), 32)
        v128.store(total, f32x4.add(v128.load(total, 48), s3), 48)
      }
      for (; c < rowBytes; c += 4) {
        let s: f32 = 0
        for (let row = x + c; row < end; row += rowBytes) s += load<f32>(row)
        store<f32>(out + c, load<f32>(out + c) + s)
      }
      x = end
    }
    if (scale !== 1) {
      for (let c: usize = 0; c < rowBytes; c += 4) store<f32>(out + c, load<f32>(out + c) * scale)
    }
    out += rowBytes
  }
}

function sumRow(x: usize, count: usize): f32 {
  let total: f32 = 0
  for (let start: usize = 0; start < count; start += BLOCK) {
    const end = x + (min(BLOCK, count - start) << 2)
    let s0 = f32x4.splat(0)
    let s1 = f32x4.splat(0)
    for (; x + 32 <= end; x += 32) {
      s0 = f32x4.add(s0, v128.load(x))
      s1 = f32x4.add(s1, v128.load(x, 16))
    }
    s0 = f32x4.add(s0, s1)
    let s =
      f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1) + (f32x4.extract_lane(s0, 2) + f32x4.extract_lane(s0, 3))
    for (; x < end; x += 4) s += load<f32>(x)
    total += s
  }
  return total
}
