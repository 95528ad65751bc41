// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
import { multiplyAdd } from './multiply-add'

/** y[p, c] = (x[p, c] − mean[c]) · factor[c] + offset[c]; the three lie one after the other at `parameters`. */
export function batchNorm(x: usize, y: usize, parameters: usize, pixels: usize, channels: usize): void {
  const bytes = channels << 2
  const factors = parameters + bytes
  const offsets = factors + bytes
  for (let pixel: usize = 0; pixel < pixels; pixel++) {
    let c: usize = 0
    for (; c + 16 <= bytes; c += 16) {
      const centred = f32x4.sub(v128.load(x + c), v128.load(parameters + c))
      v128.store(y + c, multiplyAdd(centred, v128.load(factors + c), v128.load(offsets + c)))
    }
    for (; c < bytes; c += 4) {
      const centred = load<f32>(x + c) - load<f32>(parameters + c)
      store<f32>(y + c, centred * load<f32>(factors + c) + load<f32>(offsets + c))
    }
    x += bytes
    y += bytes
  }
}
