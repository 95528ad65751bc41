// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** dx = dy where from ≤ x ≤ upTo, and slope · dy elsewhere. */
export function reluGradient(dy: usize, x: usize, dx: usize, count: usize, from: f32, upTo: f32, slope: f32): void {
  const end = dx + (count << 2)
  const low = f32x4.splat(from)
  const high = f32x4.splat(upTo)
  const slopes = f32x4.splat(slope)
  for (; dx + 16 <= end; dx += 16) {
    const value = v128.load(x)
    const gradient = v128.load(dy)
    const open = v128.and(f32x4.ge(value, low), f32x4.le(value, high))
    v128.store(dx, v128.bitselect(gradient, f32x4.mul(gradient, slopes), open))
    x += 16
    dy += 16
  }
  for (; dx < end; dx += 4) {
    const value = load<f32>(x)
    const gradient = load<f32>(dy)
    store<f32>(dx, value >= from && value <= upTo ? gradient : gradient * slope)
    x += 4
    dy += 4
  }
}
