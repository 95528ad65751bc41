// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
/** As maxPoolGradient, for windows of 2×2 that are the whole image side by side: every value of dx is written once. */
export function maxPool2x2Gradient(
  x: usize,
  dy: usize,
  dx: usize,
  outRows: usize,
  outWidth: usize,
  channels: usize,
): void {
  const pixel = channels << 2
  const row = 2 * outWidth * pixel
  for (let r: usize = 0; r < outRows; r++) {
    for (let column: usize = 0; column < outWidth; column++) {
      let c: usize = 0
      for (; c + 16 <= pixel; c += 16) {
        const a = v128.load(x + c)
        const b = v128.load(x + c + pixel)
        const d = v128.load(x + c + row)
        const e = v128.load(x + c + row + pixel)
        const right = f32x4.gt(b, a)
        const lowerRight = f32x4.gt(e, d)
        const low = f32x4.gt(v128.bitselect(e, d, lowerRight), v128.bitselect(b, a, right))
        const gradient = v128.load(dy + c)
        const above = v128.andnot(gradient, low)
        const below = v128.and(gradient, low)
        v128.store(dx + c, v128.andnot(above, right))
        v128.store(dx + c + pixel, v128.and(above, right))
        v128.store(dx + c + row, v128.andnot(below, lowerRight))
        v128.store(dx + c + row + pixel, v128.and(below, lowerRight))
      }
      for (; c < pixel; c += 4) {
        let best = c
        if (load<f32>(x + c + pixel) > load<f32>(x + best)) best = c + pixel
        if (load<f32>(x + c + row) > load<f32>(x + best)) best = c + row
        if (load<f32>(x + c + row + pixel) > load<f32>(x + best)) best = c + row + pixel
        store<f32>(dx + c, 0)
        store<f32>(dx + c + pixel, 0)
        store<f32>(dx + c + row, 0)
        store<f32>(dx + c + row + pixel, 0)
        store<f32>(dx + best, load<f32>(dy + c))
      }
      x += 2 * pixel
      dx += 2 * pixel
      dy += pixel
    }
    x += row
    dx += row
  }
}
