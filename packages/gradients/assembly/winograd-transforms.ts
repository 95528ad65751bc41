// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// Winograd's algorithm F(4×4, 3×3) for convolutions with 3×3 filters: 36 instead of 144 multiplications for 16 values. (Lavin & Gray,
// "Fast algorithms for convolutional neural networks", 2016.)
//
// The interpolation points 0, ±1/√2, ±√2 and ∞ keep the rounding error at about twice that of the definition; the usual 0, ±1, ±2
// make it ten times as large. (Barabasz et al., "Error analysis and improving the accuracy of Winograd convolution", 2020.)
import { copyFloats } from './copy-floats'
import { multiplyAdd } from './multiply-add'

export const FREQUENCIES: usize = 36
/** Bytes for what lies between the transformation along one axis and that along the other. */
export const LINES: usize = 1024
export const ROOT: f32 = Mathf.SQRT2
export const HALF_ROOT: f32 = Mathf.SQRT1_2

export function times(a: v128, scalar: f32): v128 {
  return f32x4.mul(a, f32x4.splat(scalar))
}

/**
 * The distance from one frequency to the next, in bytes, where each has `size` values. It is no multiple of 4096: the 36 values of a
 * channel would compete for the same lines of the cache.
 */
export function frequencyStep(size: usize): usize {
  return (size << 2) + 64
}

/** side × side pixels from (top, left) on, zero outside the image and in the channels that fill up the last four. */
export function gather(
  source: usize,
  patch: usize,
  side: isize,
  top: isize,
  left: isize,
  height: isize,
  width: isize,
  channels: usize,
  padded: usize,
): void {
  const pixel = channels << 2
  memory.fill(patch, 0, (((side * side) as usize) * padded) << 2)
  const firstColumn = max<isize>(0, -left)
  const endColumn = min<isize>(side, width - left)
  for (let row = max<isize>(0, -top); row < min<isize>(side, height - top); row++) {
    let from = source + (((top + row) * width + left + firstColumn) as usize) * pixel
    let to = patch + ((((row * side + firstColumn) as usize) * padded) << 2)
    for (let column = firstColumn; column < endColumn; column++) {
      copyFloats(from, to, channels)
      from += pixel
      to += padded << 2
    }
  }
}

function windowLines(
  from: usize,
  fromStep: usize,
  fromNext: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  count: usize,
): void {
  for (const end = from + count * fromNext; from < end; from += fromNext) {
    const d1 = v128.load(from + fromStep)
    const d2 = v128.load(from + 2 * fromStep)
    const d3 = v128.load(from + 3 * fromStep)
    const d4 = v128.load(from + 4 * fromStep)
    v128.store(to, multiplyAdd(d2, f32x4.splat(-2.5), f32x4.add(v128.load(from), d4)))
    v128.store(to + 5 * toStep, multiplyAdd(d3, f32x4.splat(-2.5), f32x4.add(d1, v128.load(from + 5 * fromStep))))
    let even = multiplyAdd(d2, f32x4.splat(-2), d4)
    let odd = times(multiplyAdd(d1, f32x4.splat(-2), d3), HALF_ROOT)
    v128.store(to + toStep, f32x4.add(even, odd))
    v128.store(to + 2 * toStep, f32x4.sub(even, odd))
    even = multiplyAdd(d2, f32x4.splat(-0.5), d4)
    odd = times(multiplyAdd(d1, f32x4.splat(-0.5), d3), ROOT)
    v128.store(to + 3 * toStep, f32x4.add(even, odd))
    v128.store(to + 4 * toStep, f32x4.sub(even, odd))
    to += toNext
  }
}

/** 6×6 pixels of four channels after the other, `groupStep` apart, into 36 frequencies `step` apart. */
export function transformWindow(
  source: usize,
  rowBytes: usize,
  pixelBytes: usize,
  target: usize,
  step: usize,
  channels: usize,
  groupStep: usize,
  lines: usize,
): void {
  for (const end = source + (channels << 2); source < end; source += 16) {
    windowLines(source, rowBytes, pixelBytes, lines, 96, 16, 6)
    windowLines(lines, 16, 96, target, step, 6 * step, 6)
    target += groupStep
  }
}
