// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
/**
 * The taps of `filter` [filterHeight, filterWidth, inChannels, outChannels] that reach one phase of a strided convolution's input,
 * firstRow + i·strideHeight and firstColumn + j·strideWidth, in reverse order and with the channels exchanged: the kernel [rows,
 * columns, outChannels, inChannels] of the forward convolution that computes the gradient there.
 */
export function flippedTaps(
  filter: usize,
  out: usize,
  filterWidth: usize,
  inChannels: usize,
  outChannels: usize,
  firstRow: usize,
  firstColumn: usize,
  rows: usize,
  columns: usize,
  strideHeight: usize,
  strideWidth: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    for (let column: usize = 0; column < columns; column++) {
      const kh = firstRow + (rows - 1 - row) * strideHeight
      const kw = firstColumn + (columns - 1 - column) * strideWidth
      const tap = filter + (((kh * filterWidth + kw) * inChannels * outChannels) << 2)
      for (let co: usize = 0; co < outChannels; co++) {
        for (let ci: usize = 0; ci < inChannels; ci++) {
          store<f32>(out, load<f32>(tap + ((ci * outChannels + co) << 2)))
          out += 4
        }
      }
    }
  }
}

/** Copies [batch, rows, columns, channels] to every strideHeight-th row and strideWidth-th column of an image, from (top, left) on. */
export function scatterPhase(
  source: usize,
  image: usize,
  batch: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  imageHeight: usize,
  imageWidth: usize,
  top: usize,
  left: usize,
  strideHeight: usize,
  strideWidth: usize,
): void {
  const bytes = channels << 2
  for (let n: usize = 0; n < batch; n++) {
    for (let row: usize = 0; row < rows; row++) {
      let target = image + ((n * imageHeight + top + row * strideHeight) * imageWidth + left) * bytes
      for (let column: usize = 0; column < columns; column++) {
        memory.copy(target, source, bytes)
        source += bytes
        target += strideWidth * bytes
      }
    }
  }
}
