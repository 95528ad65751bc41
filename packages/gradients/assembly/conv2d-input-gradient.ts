// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// dx[n, y, x, ci] = Σ over kh, kw, co of dy[n, (y + padTop − kh) ÷ strideHeight, (x + padLeft − kw) ÷ strideWidth, co] · w[kh, kw, ci, co]
// where the quotients are whole numbers inside dy.
//
// Rows and columns of dx fall into strideHeight × strideWidth phases, each of which is reached by its own taps. For a block of positions
// of one phase, what its taps see is gathered into the rows of a matrix, to be multiplied by the matrix of the taps.
import { copyFloats } from './copy-floats'
import { multiply, PANEL, whole } from './multiply'
import { pack } from './pack'

/** Positions at once. */
const ROWS: usize = 32

/** Bytes of scratch memory that `conv2dInputGradient` needs. */
export function conv2dInputGradientScratch(
  filterHeight: usize,
  filterWidth: usize,
  dxChannels: usize,
  dyChannels: usize,
  strideHeight: usize,
  strideWidth: usize,
): usize {
  const taps = ((filterHeight + strideHeight - 1) / strideHeight) * ((filterWidth + strideWidth - 1) / strideWidth)
  const depth = whole(taps * dyChannels)
  const width = whole(dxChannels)
  return (depth * width + ROWS * (depth + width)) << 2
}

export function conv2dInputGradient(
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
  const dyPixel = dyChannels << 2
  const dxPixel = dxChannels << 2
  const width = whole(dxChannels)
  if (filterHeight < strideHeight || filterWidth < strideWidth) {
    memory.fill(dx, 0, ((batch * dxHeight * dxWidth) as usize) * dxPixel)
  }
  for (let startRow: isize = 0; startRow < min(strideHeight, dxHeight); startRow++) {
    const firstRow = (startRow + padTop) % strideHeight
    if (firstRow >= filterHeight) continue
    const tapRows = (filterHeight - 1 - firstRow) / strideHeight + 1
    const rowShift = (startRow + padTop) / strideHeight
    const rows = (dxHeight - 1 - startRow) / strideHeight + 1
    for (let startColumn: isize = 0; startColumn < min(strideWidth, dxWidth); startColumn++) {
      const firstColumn = (startColumn + padLeft) % strideWidth
      if (firstColumn >= filterWidth) continue
      const tapColumns = (filterWidth - 1 - firstColumn) / strideWidth + 1
      const columnShift = (startColumn + padLeft) / strideWidth
      const columns = (dxWidth - 1 - startColumn) / strideWidth + 1

      const used = ((tapRows * tapColumns) as usize) * dyChannels
      const depth = whole(used)
      const panels = scratch
      const block = panels + ((depth * width) << 2)
      const result = block + ((ROWS * depth) << 2)
      for (let first: usize = 0; first < width; first += PANEL) {
        const lanes = min(PANEL, width - first)
        const present = min(lanes, dxChannels - first)
        let to = panels + ((first * depth) << 2)
        for (let r: isize = 0; r < tapRows; r++) {
          for (let c: isize = 0; c < tapColumns; c++) {
            const tap = (firstRow + r * strideHeight) * filterWidth + firstColumn + c * strideWidth
            const from = filter + ((tap as usize) * dxChannels + first) * dyPixel
            pack(from, to, dyChannels, dyChannels, 4, present, lanes, dyPixel)
            to += (dyChannels * lanes) << 2
          }
        }
        memory.fill(to, 0, ((depth - used) * lanes) << 2)
      }

      let image: isize = 0
      let i: isize = 0
      let j: isize = 0
      const positions = (batch * rows * columns) as usize
      // With a stride of one the positions of the only phase are dx itself, in order.
      const inOrder = strideHeight === 1 && strideWidth === 1 && width === dxChannels
      for (let first: usize = 0; first < positions; first += ROWS) {
        const count = min(ROWS, positions - first)
        const blockImage = image
        const blockI = i
        const blockJ = j
        let to = block
        for (let position: usize = 0; position < count; position++) {
          for (let r: isize = 0; r < tapRows; r++) {
            const y = i + rowShift - r
            for (let c: isize = 0; c < tapColumns; c++) {
              const x = j + columnShift - c
              if (y >= 0 && y < dyHeight && x >= 0 && x < dyWidth) {
                copyFloats(dy + (((image * dyHeight + y) * dyWidth + x) as usize) * dyPixel, to, dyChannels)
              } else memory.fill(to, 0, dyPixel)
              to += dyPixel
            }
          }
          for (const end = block + (((position + 1) * depth) << 2); to < end; to += 4) store<f32>(to, 0)
          if (++j === columns) {
            j = 0
            if (++i === rows) {
              i = 0
              image++
            }
          }
        }
        if (inOrder && (count & 3) === 0) {
          multiply(block, panels, dx + first * dxPixel, count, depth, width)
          continue
        }
        multiply(block, panels, result, count, depth, width)
        image = blockImage
        i = blockI
        j = blockJ
        for (let position: usize = 0; position < count; position++) {
          const y = startRow + i * strideHeight
          const x = startColumn + j * strideWidth
          const at = dx + (((image * dxHeight + y) * dxWidth + x) as usize) * dxPixel
          copyFloats(result + ((position * width) << 2), at, dxChannels)
          if (++j === columns) {
            j = 0
            if (++i === rows) {
              i = 0
              image++
            }
          }
        }
      }
    }
  }
}
