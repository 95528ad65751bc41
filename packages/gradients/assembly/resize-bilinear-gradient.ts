// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
import { multiplyAdd } from './multiply-add'

/** Adds each pixel of dy to the four of dx that it was mixed from, each with its weight. */
export function resizeBilinearGradient(
  dy: usize,
  dx: usize,
  batch: usize,
  dxHeight: isize,
  dxWidth: isize,
  dyHeight: isize,
  dyWidth: isize,
  channels: usize,
  alignCorners: bool,
): void {
  const pixel = channels << 2
  const verticalScale = scaleOf(dxHeight, dyHeight, alignCorners)
  const horizontalScale = scaleOf(dxWidth, dyWidth, alignCorners)
  memory.fill(dx, 0, batch * ((dxHeight * dxWidth) as usize) * pixel)
  for (let n: usize = 0; n < batch; n++) {
    for (let y: isize = 0; y < dyHeight; y++) {
      const vertical = (y as f64) * verticalScale
      const top = Math.floor(vertical) as isize
      const bottom = min(Math.ceil(vertical) as isize, dxHeight - 1)
      const lower = (vertical - (top as f64)) as f32
      for (let x: isize = 0; x < dyWidth; x++) {
        const horizontal = (x as f64) * horizontalScale
        const left = Math.floor(horizontal) as isize
        const right = min(Math.ceil(horizontal) as isize, dxWidth - 1)
        const later = (horizontal - (left as f64)) as f32
        addTimes(dy, dx + ((top * dxWidth + left) as usize) * pixel, pixel, (1 - lower) * (1 - later))
        addTimes(dy, dx + ((top * dxWidth + right) as usize) * pixel, pixel, (1 - lower) * later)
        addTimes(dy, dx + ((bottom * dxWidth + left) as usize) * pixel, pixel, lower * (1 - later))
        addTimes(dy, dx + ((bottom * dxWidth + right) as usize) * pixel, pixel, lower * later)
        dy += pixel
      }
    }
    dx += ((dxHeight * dxWidth) as usize) * pixel
  }
}

function scaleOf(size: isize, newSize: isize, alignCorners: bool): f64 {
  const corners: isize = alignCorners && newSize > 1 ? 1 : 0
  return ((size - corners) as f64) / ((newSize - corners) as f64)
}

function addTimes(from: usize, to: usize, bytes: usize, weight: f32): void {
  if (weight === 0) return
  const weights = f32x4.splat(weight)
  const end = from + bytes
  for (; from + 16 <= end; from += 16) {
    v128.store(to, multiplyAdd(v128.load(from), weights, v128.load(to)))
    to += 16
  }
  for (; from < end; from += 4) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * weight)
    to += 4
  }
}
