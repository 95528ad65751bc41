// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** Adds dy ÷ (positions of the window inside the image) to each of those positions. `dx` must be zero. */
export function avgPoolGradient(
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
  windowHeight: isize,
  windowWidth: isize,
  padTop: isize,
  padLeft: isize,
): void {
  const pixelBytes = channels << 2
  const wholeBytes = (channels & ~3) << 2
  for (let n: usize = 0; n < batch; n++) {
    for (let oh: isize = 0; oh < outHeight; oh++) {
      const top = max<isize>(oh * strideHeight - padTop, 0)
      const bottom = min<isize>(oh * strideHeight - padTop + windowHeight, inHeight)
      for (let ow: isize = 0; ow < outWidth; ow++) {
        const left = max<isize>(ow * strideWidth - padLeft, 0)
        const right = min<isize>(ow * strideWidth - padLeft + windowWidth, inWidth)
        const share: f32 = 1 / (((bottom - top) * (right - left)) as f32)
        const shares = f32x4.splat(share)
        for (let row = top; row < bottom; row++) {
          let target = dx + ((row * inWidth + left) as usize) * pixelBytes
          for (let column = left; column < right; column++) {
            let c: usize = 0
            for (; c < wholeBytes; c += 16) {
              v128.store(target + c, f32x4.add(v128.load(target + c), f32x4.mul(v128.load(dy + c), shares)))
            }
            for (; c < pixelBytes; c += 4) {
              store<f32>(target + c, load<f32>(target + c) + load<f32>(dy + c) * share)
            }
            target += pixelBytes
          }
        }
        dy += pixelBytes
      }
    }
    dx += ((inHeight * inWidth) as usize) * pixelBytes
  }
}
