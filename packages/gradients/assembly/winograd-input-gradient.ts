// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// The gradient of a 3×3 convolution of stride 1 by its input.
//
// A block of tiles at a time: 6×6 values of dy are transformed, every one of the 36 frequencies is a matrix product with the
// transformed filter, and what comes out is transformed back into 4×4 values of dx. A block's operands stay in the second-level cache.
import { copyFloats } from './copy-floats'
import { multiply, PANEL, whole } from './multiply'
import { multiplyAdd } from './multiply-add'
import {
  FREQUENCIES,
  frequencyStep,
  gather,
  HALF_ROOT,
  LINES,
  ROOT,
  times,
  transformWindow,
} from './winograd-transforms'

/** Channels of dx at once: as many as keep the transformed filter within nine megabytes. */
function channelsAtOnce(dyChannels: usize, dxChannels: usize): usize {
  return min<usize>(dxChannels, max<usize>(PANEL, (65536 / whole(dyChannels)) & ~7))
}

/** Tiles a block: as many as keep its operands within half a megabyte, but enough to be worth reading the filter for. */
function tilesAtOnce(dyChannels: usize, dxChannels: usize): usize {
  return min<usize>(64, max<usize>(32, (3640 / (whole(dyChannels) + whole(dxChannels))) & ~3))
}

/** Bytes of scratch memory that `winogradInputGradient` needs. */
export function winogradInputGradientScratch(dyChannels: usize, dxChannels: usize): usize {
  const channels = channelsAtOnce(dyChannels, dxChannels)
  const tiles = tilesAtOnce(dyChannels, channels)
  const steps =
    frequencyStep(whole(dyChannels) * whole(channels)) +
    frequencyStep(tiles * whole(dyChannels)) +
    frequencyStep(tiles * whole(channels))
  return FREQUENCIES * (steps + ((whole(dyChannels) + whole(channels)) << 2)) + LINES
}

/** dx [batch, dxHeight, dxWidth, dxChannels] from dy and the filter [3, 3, dxChannels, dyChannels]. */
export function winogradInputGradient(
  dy: usize,
  filter: usize,
  dx: usize,
  scratch: usize,
  batch: isize,
  dxHeight: isize,
  dxWidth: isize,
  dxChannels: usize,
  dyHeight: isize,
  dyWidth: isize,
  dyChannels: usize,
  padTop: isize,
  padLeft: isize,
): void {
  const most = channelsAtOnce(dyChannels, dxChannels)
  const atOnce = tilesAtOnce(dyChannels, most)
  const inner = whole(dyChannels)
  const filterStep = frequencyStep(inner * whole(most))
  const dyStep = frequencyStep(atOnce * inner)
  const dxStep = frequencyStep(atOnce * whole(most))
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
          transformWindow(corner, (dyWidth as usize) * dyPixel, dyPixel, target, dyStep, inner, 16, lines)
        } else {
          gather(source, dyPatch, 6, top, left, dyHeight, dyWidth, dyChannels, inner)
          transformWindow(dyPatch, inner * 24, inner << 2, target, dyStep, inner, 16, lines)
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
  for (let panel: usize = 0; panel < outer; panel += PANEL) {
    const width = min(PANEL, outer - panel)
    const next = width << 2
    const end = min(panel + PANEL, dxChannels)
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
