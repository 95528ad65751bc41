// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// The gradient of a convolution by an input of few channels, such as an image: one matrix product of dy and the whole filter, whose
// rows, the windows' gradients, are added up where windows overlap.
import { multiply, PANEL, whole } from './multiply'
import { pack } from './pack'

/** Positions of dy at once. */
const ROWS: usize = 32

/** Bytes of scratch memory that `foldInputGradient` needs. */
export function foldInputGradientScratch(windowSize: usize, dyChannels: usize): usize {
  const depth = whole(dyChannels)
  const width = whole(windowSize)
  return (depth * width + ROWS * (depth + width)) << 2
}

export function foldInputGradient(
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
  filterHeight: isize,
  filterWidth: isize,
  strideHeight: isize,
  strideWidth: isize,
  padTop: isize,
  padLeft: isize,
): void {
  const windowSize = ((filterHeight * filterWidth) as usize) * dxChannels
  const depth = whole(dyChannels)
  const width = whole(windowSize)
  const panels = scratch
  const block = panels + ((depth * width) << 2)
  const windows = block + ((ROWS * depth) << 2)
  const dyPixel = dyChannels << 2
  const dxPixel = dxChannels << 2
  memory.fill(dx, 0, ((batch * dxHeight * dxWidth) as usize) * dxPixel)
  for (let first: usize = 0; first < width; first += PANEL) {
    const lanes = min(PANEL, width - first)
    const present = min(lanes, windowSize - first)
    pack(filter + first * dyPixel, panels + ((first * depth) << 2), dyChannels, depth, 4, present, lanes, dyPixel)
  }
  let left: isize = 0
  let top: isize = 0
  const positions = (batch * dyHeight * dyWidth) as usize
  for (let first: usize = 0; first < positions; first += ROWS) {
    const count = min(ROWS, positions - first)
    pack(dy + first * dyPixel, block, count, whole(count), dyPixel, dyChannels, depth, 4)
    multiply(block, panels, windows, count, depth, width)
    for (let position: usize = 0; position < count; position++) {
      const x = left * strideWidth - padLeft
      const firstColumn = max<isize>(0, -x)
      const endColumn = min(filterWidth, dxWidth - x)
      for (let row: isize = 0; row < filterHeight; row++) {
        const y = top * strideHeight - padTop + row
        if (y < 0 || y >= dxHeight || endColumn <= firstColumn) continue
        addFloats(
          windows + ((position * width) << 2) + ((row * filterWidth + firstColumn) as usize) * dxPixel,
          dx + ((y * dxWidth + x + firstColumn) as usize) * dxPixel,
          ((endColumn - firstColumn) as usize) * dxChannels,
        )
      }
      if (++left === dyWidth) {
        left = 0
        if (++top === dyHeight) {
          top = 0
          dx += ((dxHeight * dxWidth) as usize) * dxPixel
        }
      }
    }
  }
}

function addFloats(from: usize, to: usize, count: usize): void {
  const end = from + (count << 2)
  for (; from + 16 <= end; from += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
    to += 16
  }
  for (; from < end; from += 4) {
    store<f32>(to, load<f32>(to) + load<f32>(from))
    to += 4
  }
}
