// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** Adds dy ÷ (positions of the window inside the image) to each of those positions. `dx` must be zero. */
export function avgPoolGradient(
  dy: usize,
  dx: usize,
  batch: usize,
  channels: usize,
  inDepth: isize,
  inHeight: isize,
  inWidth: isize,
  outDepth: isize,
  outHeight: isize,
  outWidth: isize,
  strideDepth: isize,
  strideHeight: isize,
  strideWidth: isize,
  windowDepth: isize,
  windowHeight: isize,
  windowWidth: isize,
  padFront: isize,
  padTop: isize,
  padLeft: isize,
): void {
  const pixel = channels << 2
  const row = inWidth * pixel
  const plane = inHeight * row
  for (let n: usize = 0; n < batch; n++) {
    for (let od: isize = 0; od < outDepth; od++) {
      const front = max<isize>(od * strideDepth - padFront, 0)
      const back = min(od * strideDepth - padFront + windowDepth, inDepth)
      for (let oh: isize = 0; oh < outHeight; oh++) {
        const top = max<isize>(oh * strideHeight - padTop, 0)
        const bottom = min(oh * strideHeight - padTop + windowHeight, inHeight)
        for (let ow: isize = 0; ow < outWidth; ow++) {
          const left = max<isize>(ow * strideWidth - padLeft, 0)
          const right = min(ow * strideWidth - padLeft + windowWidth, inWidth)
          const share: f32 = 1 / (((back - front) * (bottom - top) * (right - left)) as f32)
          const shares = f32x4.splat(share)
          for (let d = front; d < back; d++) {
            for (let h = top; h < bottom; h++) {
              let at: usize = dx + d * plane + h * row + left * pixel
              for (const end: usize = at + (right - left) * pixel; at < end; at += pixel) {
                let c: usize = 0
                for (; c + 16 <= pixel; c += 16) {
                  v128.store(at + c, f32x4.add(v128.load(at + c), f32x4.mul(v128.load(dy + c), shares)))
                }
                for (; c < pixel; c += 4) {
                  store<f32>(at + c, load<f32>(at + c) + load<f32>(dy + c) * share)
                }
              }
            }
          }
          dy += pixel
        }
      }
    }
    dx += inDepth * plane
  }
}
