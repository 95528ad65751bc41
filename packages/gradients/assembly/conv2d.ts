// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// y[n, i, j, co] = Σ over kh, kw, ci of x[n, i·strideHeight + kh·dilationHeight − padTop, …, ci] · w[kh, kw, ci, co], + bias, clamped.
//
// For a block of positions, what their windows see is gathered into the rows of a matrix, to be multiplied by the filter. Every position
// is computed in the same order, so that equal windows give equal values and ties stay ties.
import { copyFloats } from './copy-floats'
import { multiply, PANEL, whole } from './multiply'
import { pack } from './pack'

/** Positions at once. */
const ROWS: usize = 32

/** Bytes of scratch memory that `conv2d` needs. */
export function conv2dScratch(windowSize: usize, yChannels: usize): usize {
  const depth = whole(windowSize)
  const width = whole(yChannels)
  return (depth * width + ROWS * (depth + width)) << 2
}

/** `bias` is an address, or 0 for none. */
export function conv2d(
  x: usize,
  filter: usize,
  bias: usize,
  y: usize,
  scratch: usize,
  batch: isize,
  xHeight: isize,
  xWidth: isize,
  xChannels: usize,
  yHeight: isize,
  yWidth: isize,
  yChannels: usize,
  filterHeight: isize,
  filterWidth: isize,
  strideHeight: isize,
  strideWidth: isize,
  dilationHeight: isize,
  dilationWidth: isize,
  padTop: isize,
  padLeft: isize,
  least: f32,
  most: f32,
): void {
  const pixel = xChannels << 2
  const width = whole(yChannels)
  const used = ((filterHeight * filterWidth) as usize) * xChannels
  const depth = whole(used)
  const panels = scratch
  const block = panels + ((depth * width) << 2)
  const result = block + ((ROWS * depth) << 2)
  for (let first: usize = 0; first < width; first += PANEL) {
    const lanes = min(PANEL, width - first)
    const present = min(lanes, yChannels - first)
    pack(filter + (first << 2), panels + ((first * depth) << 2), used, depth, yChannels << 2, present, lanes, 4)
  }
  const clamps = bias !== 0 || least > -Infinity || most < Infinity
  const rowFloats = (filterWidth as usize) * xChannels
  let image = x
  let i: isize = 0
  let j: isize = 0
  const positions = (batch * yHeight * yWidth) as usize
  for (let first: usize = 0; first < positions; first += ROWS) {
    const count = min(ROWS, positions - first)
    let to = block
    for (let position: usize = 0; position < count; position++) {
      const left = j * strideWidth - padLeft
      const inside = dilationWidth === 1 && left >= 0 && left + filterWidth <= xWidth
      for (let kh: isize = 0; kh < filterHeight; kh++) {
        const row = i * strideHeight - padTop + kh * dilationHeight
        if (row < 0 || row >= xHeight) {
          memory.fill(to, 0, rowFloats << 2)
          to += rowFloats << 2
          continue
        }
        const from = image + ((row * xWidth) as usize) * pixel
        if (inside) {
          copyFloats(from + (left as usize) * pixel, to, rowFloats)
          to += rowFloats << 2
          continue
        }
        for (let kw: isize = 0; kw < filterWidth; kw++) {
          const column = left + kw * dilationWidth
          if (column >= 0 && column < xWidth) copyFloats(from + (column as usize) * pixel, to, xChannels)
          else memory.fill(to, 0, pixel)
          to += pixel
        }
      }
      for (const end = block + (((position + 1) * depth) << 2); to < end; to += 4) store<f32>(to, 0)
      if (++j === yWidth) {
        j = 0
        if (++i === yHeight) {
          i = 0
          image += ((xHeight * xWidth) as usize) * pixel
        }
      }
    }
    const out = y + ((first * yChannels) << 2)
    const inOrder = width === yChannels && (count & 3) === 0
    const target = inOrder ? out : result
    multiply(block, panels, target, count, depth, width)
    if (clamps) finish(target, count, width, bias, yChannels, least, most)
    if (inOrder) continue
    for (let position: usize = 0; position < count; position++) {
      copyFloats(result + ((position * width) << 2), out + ((position * yChannels) << 2), yChannels)
    }
  }
}

function finish(at: usize, rows: usize, width: usize, bias: usize, channels: usize, least: f32, most: f32): void {
  const low = f32x4.splat(least)
  const high = f32x4.splat(most)
  for (let row: usize = 0; row < rows; row++) {
    for (let c: usize = 0; c < width; c += 4) {
      let value = v128.load(at)
      if (bias !== 0) {
        let b = f32x4.splat(0)
        if (c + 4 <= channels) b = v128.load(bias + (c << 2))
        else {
          b = f32x4.replace_lane(b, 0, load<f32>(bias + (c << 2)))
          if (c + 1 < channels) b = f32x4.replace_lane(b, 1, load<f32>(bias + ((c + 1) << 2)))
          if (c + 2 < channels) b = f32x4.replace_lane(b, 2, load<f32>(bias + ((c + 2) << 2)))
        }
        value = f32x4.add(value, b)
      }
      v128.store(at, f32x4.min(f32x4.max(value, low), high))
      at += 16
    }
  }
}
