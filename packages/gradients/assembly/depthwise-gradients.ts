// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
import { multiplyAdd } from './multiply-add'

// One filter a channel: y[n, oh, ow, c] = Σ over kh, kw of x[n, oh·strideH + kh·dilationH − padTop, …, c] · w[kh, kw, c]. Several outputs
// a channel are the same with as many channels as outputs; who calls repeats the input's or sums the gradient's channels.

/** Bytes of scratch memory that `depthwiseInputGradient` needs. */
export function depthwiseInputGradientScratch(inWidth: usize, filterHeight: usize, filterWidth: usize): usize {
  return (inWidth * filterWidth + 2 * filterHeight * filterWidth) << 2
}

/** Every position of dx gathers the products of the taps that reach it, listed once for all its channels. */
export function depthwiseInputGradient(
  dy: usize,
  filter: usize,
  dx: usize,
  scratch: usize,
  batch: usize,
  channels: usize,
  inHeight: isize,
  inWidth: isize,
  outHeight: isize,
  outWidth: isize,
  filterHeight: isize,
  filterWidth: isize,
  strideHeight: isize,
  strideWidth: isize,
  dilationHeight: isize,
  dilationWidth: isize,
  padTop: isize,
  padLeft: isize,
): void {
  const pixelBytes = channels << 2
  const columns = scratch
  const taps = columns + ((inWidth * filterWidth) << 2)
  // Where in a row of dy a column of dx finds its partner for each tap, −1 for none.
  for (let iw: isize = 0; iw < inWidth; iw++) {
    for (let kw: isize = 0; kw < filterWidth; kw++) {
      const position = iw + padLeft - kw * dilationWidth
      const ow = position / strideWidth
      const reached = position >= 0 && ow * strideWidth === position && ow < outWidth
      store<isize>(columns + ((iw * filterWidth + kw) << 2), reached ? ow * pixelBytes : -1)
    }
  }
  for (let n: usize = 0; n < batch; n++) {
    for (let ih: isize = 0; ih < inHeight; ih++) {
      for (let iw: isize = 0; iw < inWidth; iw++) {
        let end = taps
        for (let kh: isize = 0; kh < filterHeight; kh++) {
          const position = ih + padTop - kh * dilationHeight
          if (position < 0) break
          const oh = position / strideHeight
          if (oh * strideHeight !== position || oh >= outHeight) continue
          const row = dy + oh * outWidth * pixelBytes
          for (let kw: isize = 0; kw < filterWidth; kw++) {
            const column = load<isize>(columns + ((iw * filterWidth + kw) << 2))
            if (column < 0) continue
            store<usize>(end, row + column)
            store<usize>(end, filter + (kh * filterWidth + kw) * pixelBytes, 4)
            end += 8
          }
        }
        gather(taps, end, dx, pixelBytes)
        dx += pixelBytes
      }
    }
    dy += outHeight * outWidth * pixelBytes
  }
}

/** out[c] = Σ over the pairs of addresses from `taps` to `end` of first[c] · second[c]. */
function gather(taps: usize, end: usize, out: usize, bytes: usize): void {
  let c: usize = 0
  for (; c + 64 <= bytes; c += 64) {
    let s0 = f32x4.splat(0),
      s1 = f32x4.splat(0),
      s2 = f32x4.splat(0),
      s3 = f32x4.splat(0)
    for (let tap = taps; tap < end; tap += 8) {
      const a = load<usize>(tap) + c
      const b = load<usize>(tap, 4) + c
      s0 = multiplyAdd(v128.load(a, 0), v128.load(b, 0), s0)
      s1 = multiplyAdd(v128.load(a, 16), v128.load(b, 16), s1)
      s2 = multiplyAdd(v128.load(a, 32), v128.load(b, 32), s2)
      s3 = multiplyAdd(v128.load(a, 48), v128.load(b, 48), s3)
    }
    v128.store(out + c, s0, 0)
    v128.store(out + c, s1, 16)
    v128.store(out + c, s2, 32)
    v128.store(out + c, s3, 48)
  }
  for (; c + 16 <= bytes; c += 16) {
    let s = f32x4.splat(0)
    for (let tap = taps; tap < end; tap += 8) {
      s = multiplyAdd(v128.load(load<usize>(tap) + c), v128.load(load<usize>(tap, 4) + c), s)
    }
    v128.store(out + c, s)
  }
  for (; c < bytes; c += 4) {
    let s: f32 = 0
    for (let tap = taps; tap < end; tap += 8) {
      s += load<f32>(load<usize>(tap) + c) * load<f32>(load<usize>(tap, 4) + c)
    }
    store<f32>(out + c, s)
  }
}

/** Pixels whose products are summed in registers before they join the total: they stay in the first-level cache for all taps. */
const BLOCK: isize = 256

/** dw[kh, kw, c] = Σ over n, oh, ow of x · dy. */
export function depthwiseFilterGradient(
  x: usize,
  dy: usize,
  dw: usize,
  batch: usize,
  channels: usize,
  inHeight: isize,
  inWidth: isize,
  outHeight: isize,
  outWidth: isize,
  filterHeight: isize,
  filterWidth: isize,
  strideHeight: isize,
  strideWidth: isize,
  dilationHeight: isize,
  dilationWidth: isize,
  padTop: isize,
  padLeft: isize,
): void {
  const pixelBytes = channels << 2
  const rowsAtOnce = max<isize>(1, BLOCK / outWidth)
  const xRow = strideHeight * inWidth * pixelBytes
  const dyRow = outWidth * pixelBytes
  const xStep = strideWidth * pixelBytes
  memory.fill(dw, 0, filterHeight * filterWidth * pixelBytes)
  for (let n: usize = 0; n < batch; n++) {
    for (let top: isize = 0; top < outHeight; top += rowsAtOnce) {
      const bottom = min<isize>(outHeight, top + rowsAtOnce)
      for (let c: usize = 0; c < pixelBytes; ) {
        const bytes: usize = c + 64 <= pixelBytes ? 64 : c + 16 <= pixelBytes ? 16 : 4
        for (let kh: isize = 0; kh < filterHeight; kh++) {
          const up = padTop - kh * dilationHeight
          const firstRow = max(top, firstInside(up, strideHeight))
          const rows = min(bottom, firstInside(up + inHeight, strideHeight)) - firstRow
          if (rows <= 0) continue
          for (let kw: isize = 0; kw < filterWidth; kw++) {
            const left = padLeft - kw * dilationWidth
            const first = max<isize>(0, firstInside(left, strideWidth))
            const width = min(outWidth, firstInside(left + inWidth, strideWidth)) - first
            if (width <= 0) continue
            accumulate(
              dw + (kh * filterWidth + kw) * pixelBytes + c,
              x + ((firstRow * strideHeight - up) * inWidth + first * strideWidth - left) * pixelBytes + c,
              dy + (firstRow * outWidth + first) * pixelBytes + c,
              bytes,
              rows,
              width,
              xRow,
              dyRow,
              xStep,
              pixelBytes,
            )
          }
        }
        c += bytes
      }
    }
    x += inHeight * inWidth * pixelBytes
    dy += outHeight * outWidth * pixelBytes
  }
}

/** The first output position whose input position, stride·position, is not below `limit`. */
function firstInside(limit: isize, stride: isize): isize {
  return limit <= 0 ? 0 : (limit + stride - 1) / stride
}

/** out += Σ over rows and columns of x · dy, for 64, 16 or 4 bytes of channels. Steps are in bytes. */
function accumulate(
  out: usize,
  x: usize,
  dy: usize,
  bytes: usize,
  rows: usize,
  columns: usize,
  xRow: usize,
  dyRow: usize,
  xStep: usize,
  dyStep: usize,
): void {
  let s0 = f32x4.splat(0),
    s1 = f32x4.splat(0),
    s2 = f32x4.splat(0),
    s3 = f32x4.splat(0)
  let s: f32 = 0
  for (let row: usize = 0; row < rows; row++) {
    let a = x + row * xRow,
      b = dy + row * dyRow
    const end = b + columns * dyStep
    if (bytes === 64) {
      for (; b < end; b += dyStep) {
        s0 = multiplyAdd(v128.load(a, 0), v128.load(b, 0), s0)
        s1 = multiplyAdd(v128.load(a, 16), v128.load(b, 16), s1)
        s2 = multiplyAdd(v128.load(a, 32), v128.load(b, 32), s2)
        s3 = multiplyAdd(v128.load(a, 48), v128.load(b, 48), s3)
        a += xStep
      }
    } else if (bytes === 16) {
      for (; b < end; b += dyStep) {
        s0 = multiplyAdd(v128.load(a), v128.load(b), s0)
        a += xStep
      }
    } else {
      for (; b < end; b += dyStep) {
        s += load<f32>(a) * load<f32>(b)
        a += xStep
      }
    }
  }
  if (bytes === 4) {
    store<f32>(out, load<f32>(out) + s)
    return
  }
  v128.store(out, f32x4.add(v128.load(out, 0), s0), 0)
  if (bytes === 16) return
  v128.store(out, f32x4.add(v128.load(out, 16), s1), 16)
  v128.store(out, f32x4.add(v128.load(out, 32), s2), 32)
  v128.store(out, f32x4.add(v128.load(out, 48), s3), 48)
}
