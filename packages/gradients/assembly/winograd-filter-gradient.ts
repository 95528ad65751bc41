// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// The gradient of a 3×3 convolution of stride 1 by its filter.
//
// A block of tiles at a time: 6×6 values of x and the 4×4 values of dy in their middle are transformed, and for each of the 36
// frequencies and each pair of channels the products are added up over all tiles. At the end the sums are transformed into taps.
import { accumulate, panels, TILE_IN, TILE_OUT } from './accumulate'
import { copyFloats } from './copy-floats'
import { whole } from './multiply'
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

const TILE_BYTES: usize = (TILE_IN * TILE_OUT) << 2
/** Tiles of the image a block. */
const TILES: usize = 64

/** Channels of dy at once: as many as keep the sums within nine megabytes. */
function channelsAtOnce(xChannels: usize, dyChannels: usize): usize {
  return min<usize>(dyChannels, max<usize>(TILE_OUT, (65536 / whole(xChannels)) & ~7))
}

function sumsStep(xChannels: usize, dyChannels: usize): usize {
  return frequencyStep(panels(xChannels, TILE_IN) * panels(dyChannels, TILE_OUT) * TILE_IN * TILE_OUT)
}

/** Bytes of scratch memory that `winogradFilterGradient` needs. */
export function winogradFilterGradientScratch(xChannels: usize, dyChannels: usize): usize {
  const channels = channelsAtOnce(xChannels, dyChannels)
  const steps =
    sumsStep(xChannels, channels) +
    frequencyStep(TILES * whole(xChannels)) +
    frequencyStep(TILES * panels(channels, TILE_OUT) * TILE_OUT)
  return FREQUENCIES * (steps + ((whole(xChannels) + whole(dyChannels)) << 2)) + LINES
}

/** dw [3, 3, xChannels, dyChannels]. */
export function winogradFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  batch: isize,
  xHeight: isize,
  xWidth: isize,
  xChannels: usize,
  dyHeight: isize,
  dyWidth: isize,
  dyChannels: usize,
  padTop: isize,
  padLeft: isize,
): void {
  const most = channelsAtOnce(xChannels, dyChannels)
  const inner = whole(xChannels)
  const xPanels = panels(xChannels, TILE_IN)
  const step = sumsStep(xChannels, most)
  const xStep = frequencyStep(TILES * inner)
  const dyStep = frequencyStep(TILES * panels(most, TILE_OUT) * TILE_OUT)
  const sums = scratch
  const xTiles = sums + FREQUENCIES * step
  const dyTiles = xTiles + FREQUENCIES * xStep
  const xPatch = dyTiles + FREQUENCIES * dyStep
  const dyPatch = xPatch + ((FREQUENCIES * inner) << 2)
  const lines = dyPatch + ((FREQUENCIES * whole(dyChannels)) << 2)

  const down = (dyHeight + 3) / 4
  const across = (dyWidth + 3) / 4
  const count = (batch * down * across) as usize
  const xPixel = xChannels << 2
  const dyPixel = dyChannels << 2
  for (let channel: usize = 0; channel < dyChannels; channel += most) {
    const channels = min(most, dyChannels - channel)
    const dyPanels = panels(channels, TILE_OUT)
    memory.fill(sums, 0, FREQUENCIES * step)
    for (let first: usize = 0; first < count; first += TILES) {
      const tiles = min(TILES, count - first)
      for (let tile: usize = 0; tile < tiles; tile++) {
        const position = (first + tile) as isize
        const row = position / across
        const image = row / down
        const dyTop = (row - image * down) * 4
        const dyLeft = (position - row * across) * 4
        const top = dyTop - padTop
        const left = dyLeft - padLeft

        const xImage = x + ((image * xHeight * xWidth) as usize) * xPixel
        const xTarget = xTiles + tile * (TILE_IN << 2)
        if (inner === xChannels && top >= 0 && left >= 0 && top + 6 <= xHeight && left + 6 <= xWidth) {
          const corner = xImage + ((top * xWidth + left) as usize) * xPixel
          transformWindow(corner, (xWidth as usize) * xPixel, xPixel, xTarget, xStep, inner, TILES << 4, lines)
        } else {
          gather(xImage, xPatch, 6, top, left, xHeight, xWidth, xChannels, inner)
          transformWindow(xPatch, inner * 24, inner << 2, xTarget, xStep, inner, TILES << 4, lines)
        }

        const outer = whole(dyChannels)
        let source = dy + ((image * dyHeight * dyWidth) as usize) * dyPixel
        let rowBytes = (dyWidth as usize) * dyPixel
        let pixelBytes = dyPixel
        if (outer === dyChannels && dyTop + 4 <= dyHeight && dyLeft + 4 <= dyWidth) {
          source += ((dyTop * dyWidth + dyLeft) as usize) * dyPixel
        } else {
          gather(source, dyPatch, 4, dyTop, dyLeft, dyHeight, dyWidth, dyChannels, outer)
          source = dyPatch
          rowBytes = outer << 4
          pixelBytes = outer << 2
        }
        const dyTarget = dyTiles + tile * (TILE_OUT << 2)
        for (let c: usize = 0; c < whole(channels); c += 4) {
          const target = dyTarget + (c >> 3) * ((TILES * TILE_OUT) << 2) + ((c & 4) << 2)
          spreadLines(source + ((channel + c) << 2), rowBytes, pixelBytes, lines, 64, 16, 4)
          spreadLines(lines, 16, 64, target, dyStep, 6 * dyStep, 6)
        }
      }
      for (let f: usize = 0; f < FREQUENCIES; f++) {
        let sum = sums + f * step
        for (let o: usize = 0; o < dyPanels; o++) {
          const dyPanel = dyTiles + f * dyStep + o * ((TILES * TILE_OUT) << 2)
          for (let i: usize = 0; i < xPanels; i++) {
            accumulate(sum, xTiles + f * xStep + i * ((TILES * TILE_IN) << 2), dyPanel, 1, tiles, 0, TILE_IN << 2)
            sum += TILE_BYTES
          }
        }
      }
    }

    const taps = lines + 288
    for (let o: usize = 0; o < dyPanels; o++) {
      for (let i: usize = 0; i < xPanels; i++) {
        const tile = sums + (o * xPanels + i) * TILE_BYTES
        for (let ci: usize = 0; ci < min(TILE_IN, xChannels - i * TILE_IN); ci++) {
          for (let co = o * TILE_OUT; co < min((o + 1) * TILE_OUT, channels); co += 4) {
            const from = tile + ((ci * TILE_OUT + (co & 4)) << 2)
            tapLines(from, 6 * step, step, lines, 96, 16, 6)
            tapLines(lines, 16, 96, taps, 16, 48, 3)
            let to = dw + (((i * TILE_IN + ci) * dyChannels + channel + co) << 2)
            for (let tap = taps; tap < taps + 144; tap += 16) {
              copyFloats(tap, to, min<usize>(4, channels - co))
              to += xChannels * dyPixel
            }
          }
        }
      }
    }
  }
}

function spreadLines(
  from: usize,
  fromStep: usize,
  fromNext: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  count: usize,
): void {
  for (const end = from + count * fromNext; from < end; from += fromNext) {
    const y0 = v128.load(from)
    const y1 = v128.load(from + fromStep)
    const y2 = v128.load(from + 2 * fromStep)
    const y3 = v128.load(from + 3 * fromStep)
    v128.store(to, y0)
    v128.store(to + 5 * toStep, y3)
    let even = multiplyAdd(y2, f32x4.splat(0.5), y0)
    let odd = times(multiplyAdd(y3, f32x4.splat(0.5), y1), HALF_ROOT)
    v128.store(to + toStep, f32x4.add(even, odd))
    v128.store(to + 2 * toStep, f32x4.sub(even, odd))
    even = multiplyAdd(y2, f32x4.splat(2), y0)
    odd = times(multiplyAdd(y3, f32x4.splat(2), y1), ROOT)
    v128.store(to + 3 * toStep, f32x4.add(even, odd))
    v128.store(to + 4 * toStep, f32x4.sub(even, odd))
    to += toNext
  }
}

function tapLines(
  from: usize,
  fromStep: usize,
  fromNext: usize,
  to: usize,
  toStep: usize,
  toNext: usize,
  count: usize,
): void {
  for (const end = from + count * fromNext; from < end; from += fromNext) {
    let plus = v128.load(from + fromStep)
    let minus = v128.load(from + 2 * fromStep)
    const evenLow = times(f32x4.add(plus, minus), -2 / 3.0)
    const oddLow = times(f32x4.sub(plus, minus), (-2 / 3.0) * HALF_ROOT)
    plus = v128.load(from + 3 * fromStep)
    minus = v128.load(from + 4 * fromStep)
    const evenHigh = times(f32x4.add(plus, minus), 1 / 6.0)
    const oddHigh = times(f32x4.sub(plus, minus), (1 / 6.0) * ROOT)
    v128.store(to, f32x4.add(v128.load(from), f32x4.add(evenLow, evenHigh)))
    v128.store(to + toStep, f32x4.add(oddLow, oddHigh))
    const ends = f32x4.add(times(evenLow, 0.5), times(evenHigh, 2))
    v128.store(to + 2 * toStep, f32x4.add(v128.load(from + 5 * fromStep), ends))
    to += toNext
  }
}
