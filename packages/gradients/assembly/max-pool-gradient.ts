// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
/**
 * dx gets each window's dy at the window's first maximum in row-major order. `dx` must be zero. Channels go four at a time: the
 * winning tap's number is kept beside the maximum, and a second pass over the window adds dy where the numbers agree.
 */
export function maxPoolGradient(
  x: usize,
  dy: usize,
  dx: usize,
  batch: usize,
  channels: usize,
  inHeight: isize,
  inWidth: isize,
  outHeight: isize,
  outWidth: isize,
  strideHeight: isize,
  strideWidth: isize,
  dilationHeight: isize,
  dilationWidth: isize,
  windowHeight: isize,
  windowWidth: isize,
  padTop: isize,
  padLeft: isize,
): void {
  const rowBytes = ((inWidth as usize) * channels) << 2
  const pixelBytes = channels << 2
  const wholeBytes = (channels & ~3) << 2
  for (let n: usize = 0; n < batch; n++) {
    for (let oh: isize = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop
      for (let ow: isize = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - padLeft
        let c: usize = 0
        for (; c < wholeBytes; c += 16) {
          let best = f32x4.splat(-Infinity)
          let winner = i32x4.splat(-1)
          for (let kh: isize = 0; kh < windowHeight; kh += dilationHeight) {
            const row = top + kh
            if (row < 0 || row >= inHeight) continue
            for (let kw: isize = 0; kw < windowWidth; kw += dilationWidth) {
              const column = left + kw
              if (column < 0 || column >= inWidth) continue
              const value = v128.load(x + (row as usize) * rowBytes + (column as usize) * pixelBytes + c)
              const greater = f32x4.gt(value, best)
              best = v128.bitselect(value, best, greater)
              winner = v128.bitselect(i32x4.splat((kh * windowWidth + kw) as i32), winner, greater)
            }
          }
          const gradient = v128.load(dy + c)
          for (let kh: isize = 0; kh < windowHeight; kh += dilationHeight) {
            const row = top + kh
            if (row < 0 || row >= inHeight) continue
            for (let kw: isize = 0; kw < windowWidth; kw += dilationWidth) {
              const column = left + kw
              if (column < 0 || column >= inWidth) continue
              const target = dx + (row as usize) * rowBytes + (column as usize) * pixelBytes + c
              const here = i32x4.eq(winner, i32x4.splat((kh * windowWidth + kw) as i32))
              v128.store(target, f32x4.add(v128.load(target), v128.and(gradient, here)))
            }
          }
        }
        for (; c < pixelBytes; c += 4) {
          let best: f32 = -Infinity
          let winner: usize = 0
          for (let kh: isize = 0; kh < windowHeight; kh += dilationHeight) {
            const row = top + kh
            if (row < 0 || row >= inHeight) continue
            for (let kw: isize = 0; kw < windowWidth; kw += dilationWidth) {
              const column = left + kw
              if (column < 0 || column >= inWidth) continue
              const offset = (row as usize) * rowBytes + (column as usize) * pixelBytes + c
              const value = load<f32>(x + offset)
              if (value > best) {
                best = value
                winner = dx + offset
              }
            }
          }
          if (winner !== 0) store<f32>(winner, load<f32>(winner) + load<f32>(dy + c))
        }
        dy += pixelBytes
      }
    }
    x += (inHeight as usize) * rowBytes
    dx += (inHeight as usize) * rowBytes
  }
}
