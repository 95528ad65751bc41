// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// Greyscale dilation: y[n, oh, ow, c] = max over kh, kw of x[n, oh·strideH + kh·dilationH − padTop, …, c] + w[kh, kw, c], inside x.

/**
 * Without dy, y = the maxima. With it, `target`, which must be zero, gets each window's dy where its first maximum lies: in x, or in
 * the filter if `byFilter`.
 */
export function dilation2d(
  x: usize,
  filter: usize,
  dy: usize,
  target: usize,
  byFilter: bool,
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
  const pixel = channels << 2
  for (let n: usize = 0; n < batch; n++) {
    for (let oh: isize = 0; oh < outHeight; oh++) {
      for (let ow: isize = 0; ow < outWidth; ow++) {
        for (let c: usize = 0; c < pixel; c += 4) {
          let best: f32 = -Infinity
          let winner: usize = -1
          for (let kh: isize = 0; kh < filterHeight; kh++) {
            const ih = oh * strideHeight + kh * dilationHeight - padTop
            if (ih < 0 || ih >= inHeight) continue
            for (let kw: isize = 0; kw < filterWidth; kw++) {
              const iw = ow * strideWidth + kw * dilationWidth - padLeft
              if (iw < 0 || iw >= inWidth) continue
              const at = (ih * inWidth + iw) * pixel + c
              const tap = (kh * filterWidth + kw) * pixel + c
              const value = load<f32>(x + at) + load<f32>(filter + tap)
              if (value > best || winner === -1) {
                best = value
                winner = byFilter ? tap : at
              }
            }
          }
          if (dy === 0) {
            store<f32>(target, best)
            target += 4
          } else {
            store<f32>(target + winner, load<f32>(target + winner) + load<f32>(dy))
            dy += 4
          }
        }
      }
    }
    x += inHeight * inWidth * pixel
    if (dy !== 0 && !byFilter) target += inHeight * inWidth * pixel
  }
}
