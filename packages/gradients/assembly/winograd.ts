// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// The gradient of a 3×3 convolution of stride 1 by its input, by Winograd's algorithm F(4×4, 3×3): 36 instead of 144
// multiplications for 16 values. (Lavin & Gray, "Fast algorithms for convolutional neural networks", 2016.)
//
// The interpolation points 0, ±1/√2, ±√2 and ∞ keep the rounding error at about twice that of the definition; the usual 0, ±1, ±2
// make it ten times as large (Barabasz et al., "Error analysis and improving the accuracy of Winograd convolution", 2020).
//
// A block of tiles at a time: 6×6 values of dy are transformed, every one of the 36 frequencies is a matrix product with the
// transformed filter, and what comes out is transformed back into 4×4 values of dx. A block's operands stay in the second-level cache.

import { multiplyAdd } from './multiply-add'

const LANES: usize = 8
const FREQUENCIES: usize = 36
/** Bytes for what lies between the transformation along one axis and that along the other. */
const LINES: usize = 1024
const ROOT: f32 = Mathf.SQRT2
const HALF_ROOT: f32 = Mathf.SQRT1_2

function times(a: v128, scalar: f32): v128 {
  return f32x4.mul(a, f32x4.splat(scalar))
}

function whole(channels: usize): usize {
  return (channels + 3) & ~3
}

/** Channels of dx at once: as many as keep the transformed filter within nine megabytes. */
function channelsAtOnce(dyChannels: usize, dxChannels: usize): usize {
  return min<usize>(dxChannels, max<usize>(LANES, (65536 / whole(dyChannels)) & ~7))
}

/** Tiles a block: as many as keep its operands within half a megabyte, but enough to be worth reading the filter for. */
function tilesAtOnce(dyChannels: usize, dxChannels: usize): usize {
  return min<usize>(64, max<usize>(32, (3640 / (whole(dyChannels) + whole(dxChannels))) & ~3))
}

// The distance from one frequency to the next, in bytes. It is no multiple of 4096: the 36 values of a channel would compete for the
// same lines of the cache.
function frequencyStep(rows: usize, channels: usize): usize {
  return ((rows * whole(channels)) << 2) + 64
}

/** Bytes of scratch memory that `winogradInputGradient` needs. */
export function winogradScratch(dyChannels: usize, dxChannels: usize): usize {
  const channels = channelsAtOnce(dyChannels, dxChannels)
  const tiles = tilesAtOnce(dyChannels, channels)
  const steps =
    frequencyStep(whole(dyChannels), channels) + frequencyStep(tiles, dyChannels) + frequencyStep(tiles, channels)
  return FREQUENCIES * (steps + ((whole(dyChannels) + whole(channels)) << 2)) + LINES
}

/** dx [batch, dxHeight, dxWidth, dxChannels] from dy and the filter [3, 3, dxChannels, dyChannels]. */
export function winogradInputGradient(
  dy: usize,
  filter: usize,
  dx: usize,
  scratch: usize,
  batch: isize,
  dyHeight: isize,
  dyWidth: isize,
  dyChannels: usize,
  dxHeight: isize,
  dxWidth: isize,
  dxChannels: usize,
  padTop: isize,
  padLeft: isize,
): void {
  const most = channelsAtOnce(dyChannels, dxChannels)
  const atOnce = tilesAtOnce(dyChannels, most)
  const inner = whole(dyChannels)
  const filterStep = frequencyStep(inner, most)
  const dyStep = frequencyStep(atOnce, dyChannels)
  const dxStep = frequencyStep(atOnce, most)
  const filters = scratch
  const dyTiles = filters + FREQUENCIES * filterStep
  const dxTiles = dyTiles + FREQUENCIES * dyStep
  const dyPatch = dxTiles + FREQUENCIES * dxStep
  const dxPatch = dyPatch + ((FREQUENCIES * inner) << 2)
  const lines = dxPatch + ((FREQUENCIES * whole(most)) << 2)

  const down = (dxHeight + 3) / 4
  const across = (dxWidth + 3) / 4
  const count = (batch * down * across) as usize
  const dyPixel = dyChannels << 2
  const dxPixel = dxChannels << 2
  for (let channel: usize = 0; channel < dxChannels; channel += most) {
    const channels = min(most, dxChannels - channel)
    const outer = whole(channels)
    const taps = filter + ((channel * dyChannels) << 2)
    transformFilter(taps, filters, filterStep, dyChannels, channels, dyPixel * dxChannels, lines)
    for (let first: usize = 0; first < count; first += atOnce) {
      const tiles = min(atOnce, count - first)
      for (let tile: usize = 0; tile < tiles; tile++) {
        const position = (first + tile) as isize
        const row = position / across
        const image = row / down
        const top = (row - image * down) * 4 - 2 + padTop
        const left = (position - row * across) * 4 - 2 + padLeft
        const source = dy + ((image * dyHeight * dyWidth) as usize) * dyPixel
        const target = dyTiles + ((tile * inner) << 2)
        if (inner === dyChannels && top >= 0 && left >= 0 && top + 6 <= dyHeight && left + 6 <= dyWidth) {
          const corner = source + ((top * dyWidth + left) as usize) * dyPixel
          transformDy(corner, (dyWidth as usize) * dyPixel, dyPixel, target, dyStep, inner, lines)
        } else {
          gather(source, dyPatch, top, left, dyHeight, dyWidth, dyChannels, inner)
          transformDy(dyPatch, inner * 24, inner << 2, target, dyStep, inner, lines)
        }
      }
      for (let f: usize = 0; f < FREQUENCIES; f++) {
        multiply(dyTiles + f * dyStep, filters + f * filterStep, dxTiles + f * dxStep, tiles, inner, outer)
      }
      for (let tile: usize = 0; tile < tiles; tile++) {
        const position = (first + tile) as isize
        const row = position / across
        const image = row / down
        const top = (row - image * down) * 4
        const left = (position - row * across) * 4
        const source = dxTiles + ((tile * outer) << 2)
        const rows = min<isize>(4, dxHeight - top)
        const columns = min<isize>(4, dxWidth - left)
        const corner = dx + (((image * dxHeight + top) * dxWidth + left) as usize) * dxPixel + (channel << 2)
        if (outer === channels && rows === 4 && columns === 4) {
          transformDx(source, dxStep, corner, (dxWidth as usize) * dxPixel, dxPixel, outer, lines)
        } else {
          transformDx(source, dxStep, dxPatch, outer << 4, outer << 2, outer, lines)
          for (let r: isize = 0; r < rows; r++) {
            let from = dxPatch + (r as usize) * (outer << 4)
            let to = corner + ((r * dxWidth) as usize) * dxPixel
            for (let c: isize = 0; c < columns; c++) {
              copyFloats(from, to, channels)
              from += outer << 2
              to += dxPixel
            }
          }
        }
      }
    }
  }
}

function copyFloats(from: usize, to: usize, count: usize): void {
  const end = from + (count << 2)
  for (; from + 16 <= end; from += 16) {
    v128.store(to, v128.load(from))
    to += 16
  }
  for (; from < end; from += 4) {
    store<f32>(to, load<f32>(from))
    to += 4
  }
}

/** 6×6 pixels from (top, left) on, zero outside the image and in the channels that fill up the last four. */
function gather(
  source: usize,
  patch: usize,
  top: isize,
  left: isize,
  height: isize,
  width: isize,
  channels: usize,
  padded: usize,
): void {
  const pixel = channels << 2
  memory.fill(patch, 0, (FREQUENCIES * padded) << 2)
  const firstColumn = max<isize>(0, -left)
  const endColumn = min<isize>(6, width - left)
  for (let row = max<isize>(0, -top); row < min<isize>(6, height - top); row++) {
    let from = source + (((top + row) * width + left + firstColumn) as usize) * pixel
    let to = patch + ((((row * 6 + firstColumn) as usize) * padded) << 2)
    for (let column = firstColumn; column < endColumn; column++) {
      copyFloats(from, to, channels)
      from += pixel
      to += padded << 2
    }
  }
}

function dyLines(
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

function transformDy(
  source: usize,
  rowBytes: usize,
  pixelBytes: usize,
  target: usize,
  step: usize,
  channels: usize,
  lines: usize,
): void {
  for (const end = source + (channels << 2); source < end; source += 16) {
    dyLines(source, rowBytes, pixelBytes, lines, 96, 16, 6)
    dyLines(lines, 16, 96, target, step, 6 * step, 6)
    target += 16
  }
}

function dxLines(
  from: usize,
  fromStep: usize,
  fromNext: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  count: usize,
): void {
  for (const end = from + count * fromNext; from < end; from += fromNext) {
    let low = v128.load(from + fromStep)
    let high = v128.load(from + 2 * fromStep)
    const evenLow = f32x4.add(low, high)
    const oddLow = times(f32x4.sub(low, high), HALF_ROOT)
    low = v128.load(from + 3 * fromStep)
    high = v128.load(from + 4 * fromStep)
    const evenHigh = f32x4.add(low, high)
    const oddHigh = times(f32x4.sub(low, high), ROOT)
    v128.store(to, f32x4.add(v128.load(from), f32x4.add(evenLow, evenHigh)))
    v128.store(to + toStep, f32x4.add(oddLow, oddHigh))
    v128.store(to + 2 * toStep, multiplyAdd(evenLow, f32x4.splat(0.5), times(evenHigh, 2)))
    v128.store(
      to + 3 * toStep,
      multiplyAdd(oddLow, f32x4.splat(0.5), multiplyAdd(oddHigh, f32x4.splat(2), v128.load(from + 5 * fromStep))),
    )
    to += toNext
  }
}

function transformDx(
  source: usize,
  step: usize,
  target: usize,
  rowBytes: usize,
  pixelBytes: usize,
  channels: usize,
  lines: usize,
): void {
  for (const end = source + (channels << 2); source < end; source += 16) {
    dxLines(source, 6 * step, step, lines, 96, 16, 6)
    dxLines(lines, 16, 96, target, pixelBytes, rowBytes, 4)
    target += 16
  }
}

function filterLines(
  from: usize,
  fromStep: usize,
  fromNext: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  count: usize,
): void {
  for (const end = from + count * fromNext; from < end; from += fromNext) {
    // The taps are read in reverse.
    const g0 = v128.load(from + 2 * fromStep)
    const g1 = v128.load(from + fromStep)
    const g2 = v128.load(from)
    v128.store(to, g0)
    v128.store(to + 5 * toStep, g2)
    let even = f32x4.mul(f32x4.add(g0, times(g2, 0.5)), f32x4.splat(-2 / 3.0))
    let odd = times(g1, (-2 / 3.0) * HALF_ROOT)
    v128.store(to + toStep, f32x4.add(even, odd))
    v128.store(to + 2 * toStep, f32x4.sub(even, odd))
    even = f32x4.mul(f32x4.add(g0, times(g2, 2)), f32x4.splat(1 / 6.0))
    odd = times(g1, (1 / 6.0) * ROOT)
    v128.store(to + 3 * toStep, f32x4.add(even, odd))
    v128.store(to + 4 * toStep, f32x4.sub(even, odd))
    to += toNext
  }
}

/** Into panels of eight channels of dx, the last of four if no more are left: [frequency][panel][channel of dy][channel of dx]. */
function transformFilter(
  filter: usize,
  target: usize,
  step: usize,
  dyChannels: usize,
  dxChannels: usize,
  tapBytes: usize,
  lines: usize,
): void {
  const inner = whole(dyChannels)
  const outer = whole(dxChannels)
  const taps = lines + 288
  const transformed = taps + 144
  if (inner !== dyChannels || outer !== dxChannels) memory.fill(target, 0, FREQUENCIES * step)
  for (let panel: usize = 0; panel < outer; panel += LANES) {
    const width = min(LANES, outer - panel)
    const next = width << 2
    const end = min(panel + LANES, dxChannels)
    for (let k: usize = 0; k < dyChannels; k += 4) {
      const present = min<usize>(4, dyChannels - k)
      for (let n = panel; n < end; n++) {
        let from = filter + ((n * dyChannels + k) << 2)
        for (let t: usize = 0; t < 9; t++) {
          if (present === 4) v128.store(taps + (t << 4), v128.load(from))
          else {
            v128.store(taps + (t << 4), f32x4.splat(0))
            for (let c: usize = 0; c < present; c++) store<f32>(taps + (t << 4) + (c << 2), load<f32>(from + (c << 2)))
          }
          from += tapBytes
        }
        filterLines(taps, 48, 16, lines, 48, 16, 3)
        filterLines(lines, 16, 48, transformed, 16, 96, 6)
        let to = target + ((panel * inner + k * width + n - panel) << 2)
        for (let value = transformed; value < transformed + 576; value += 16) {
          const four = v128.load(value)
          v128.store_lane<f32>(to, four, 0)
          v128.store_lane<f32>(to + next, four, 1)
          v128.store_lane<f32>(to + 2 * next, four, 2)
          v128.store_lane<f32>(to + 3 * next, four, 3)
          to += step
        }
      }
    }
  }
}

/** out [rows, outer] = a [rows, inner] · b, which is in panels. `inner` and `outer` are multiples of four; up to three rows more are written. */
function multiply(a: usize, b: usize, out: usize, rows: usize, inner: usize, outer: usize): void {
  const aRow = inner << 2
  const outRow = outer << 2
  for (let panel: usize = 0; panel < outer; panel += LANES) {
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
