// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// dW[kh, kw, ci, co] = Σ over n, oh, ow of x[n, oh·strideH + kh − padTop, ow·strideW + kw − padLeft, ci] · dy[n, oh, ow, co].
//
// A tile of 4 input by 8 output channels of one filter tap stays in registers while the pixels of a block of rows pass by. For that
// both operands are first copied into panels, of 4 and 8 channels a pixel, zero-padded at the border and in the last panel, so that
// the inner loop has no branch and reads memory in order.

import { accumulate, panels, TILE_IN, TILE_OUT } from './accumulate'

/** Copies `height × width` pixels from row `top` and column `left` on into panels of `tile` channels, zero outside the image. */
function pack(
  source: usize,
  target: usize,
  tile: usize,
  channels: usize,
  imageHeight: isize,
  imageWidth: isize,
  top: isize,
  left: isize,
  height: isize,
  width: isize,
): void {
  const count = panels(channels, tile)
  for (let panel: usize = 0; panel < count; panel++) {
    const first = panel * tile
    const present = min(tile, channels - first)
    for (let row: isize = 0; row < height; row++) {
      const y = top + row
      for (let column: isize = 0; column < width; column++) {
        const x = left + column
        if (y < 0 || y >= imageHeight || x < 0 || x >= imageWidth) {
          memory.fill(target, 0, tile << 2)
        } else {
          const from = source + ((((y * imageWidth + x) as usize) * channels + first) << 2)
          if (present === tile) {
            v128.store(target, v128.load(from))
            if (tile === TILE_OUT) v128.store(target, v128.load(from, 16), 16)
          } else {
            for (let c: usize = 0; c < tile; c++) {
              store<f32>(target + (c << 2), c < present ? load<f32>(from + (c << 2)) : 0)
            }
          }
        }
        target += tile << 2
      }
    }
  }
}

/** Output rows a block: few enough pixels that one panel of each operand stays in the first-level cache. */
function blockRows(outHeight: usize, outWidth: usize): usize {
  return min(outHeight, max<usize>(1, 512 / outWidth))
}

/** Bytes of scratch memory that `conv2dFilterGradient` needs. */
export function conv2dFilterGradientScratch(
  inChannels: usize,
  outChannels: usize,
  filterHeight: usize,
  filterWidth: usize,
  outHeight: usize,
  outWidth: usize,
  strideHeight: usize,
  strideWidth: usize,
): usize {
  const rows = blockRows(outHeight, outWidth)
  const inPanels = panels(inChannels, TILE_IN),
    outPanels = panels(outChannels, TILE_OUT)
  const patch = ((rows - 1) * strideHeight + filterHeight) * ((outWidth - 1) * strideWidth + filterWidth)
  return (
    (inPanels * TILE_IN * patch +
      outPanels * TILE_OUT * rows * outWidth +
      inPanels * outPanels * filterHeight * filterWidth * TILE_IN * TILE_OUT) <<
    2
  )
}

export function conv2dFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  scratch: usize,
  batch: usize,
  inHeight: usize,
  inWidth: usize,
  inChannels: usize,
  outHeight: usize,
  outWidth: usize,
  outChannels: usize,
  filterHeight: usize,
  filterWidth: usize,
  strideHeight: usize,
  strideWidth: usize,
  padTop: isize,
  padLeft: isize,
): void {
  const inPanels = panels(inChannels, TILE_IN),
    outPanels = panels(outChannels, TILE_OUT)
  const taps = filterHeight * filterWidth
  const rowsAtOnce = blockRows(outHeight, outWidth)
  const patchWidth = (outWidth - 1) * strideWidth + filterWidth
  const tiles = scratch
  const tileBytes: usize = (TILE_IN * TILE_OUT) << 2
  const tilesBytes = inPanels * outPanels * taps * tileBytes
  const dyPanels = tiles + tilesBytes
  const xPanels = dyPanels + ((outPanels * TILE_OUT * rowsAtOnce * outWidth) << 2)
  const xRowStep = (strideHeight * patchWidth * TILE_IN) << 2
  const xColumnStep = (strideWidth * TILE_IN) << 2

  memory.fill(tiles, 0, tilesBytes)
  for (let image: usize = 0; image < batch; image++) {
    const xImage = x + ((image * inHeight * inWidth * inChannels) << 2)
    const dyImage = dy + ((image * outHeight * outWidth * outChannels) << 2)
    for (let top: usize = 0; top < outHeight; top += rowsAtOnce) {
      const rows = min(rowsAtOnce, outHeight - top)
      const patchHeight = (rows - 1) * strideHeight + filterHeight
      pack(dyImage, dyPanels, TILE_OUT, outChannels, outHeight, outWidth, top, 0, rows, outWidth)
      pack(
        xImage,
        xPanels,
        TILE_IN,
        inChannels,
        inHeight,
        inWidth,
        ((top * strideHeight) as isize) - padTop,
        -padLeft,
        patchHeight,
        patchWidth,
      )
      let tile = tiles
      for (let o: usize = 0; o < outPanels; o++) {
        const dyPanel = dyPanels + ((o * rows * outWidth * TILE_OUT) << 2)
        for (let i: usize = 0; i < inPanels; i++) {
          const xPanel = xPanels + ((i * patchHeight * patchWidth * TILE_IN) << 2)
          for (let kh: usize = 0; kh < filterHeight; kh++) {
            for (let kw: usize = 0; kw < filterWidth; kw++) {
              accumulate(
                tile,
                xPanel + (((kh * patchWidth + kw) * TILE_IN) << 2),
                dyPanel,
                rows,
                outWidth,
                xRowStep,
                xColumnStep,
              )
              tile += tileBytes
            }
          }
        }
      }
    }
  }

  let tile = tiles
  for (let o: usize = 0; o < outPanels; o++) {
    for (let i: usize = 0; i < inPanels; i++) {
      for (let tap: usize = 0; tap < taps; tap++) {
        for (let ci: usize = 0; ci < TILE_IN; ci++) {
          const channel = i * TILE_IN + ci
          if (channel < inChannels) {
            const first = o * TILE_OUT
            memory.copy(
              dw + (((tap * inChannels + channel) * outChannels + first) << 2),
              tile + ((ci * TILE_OUT) << 2),
              min(TILE_OUT, outChannels - first) << 2,
            )
          }
        }
        tile += tileBytes
      }
    }
  }
}
