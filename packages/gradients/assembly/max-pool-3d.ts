// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** y = the largest value of each window, as far as it lies inside x. */
export function maxPool3d(
  x: usize,
  y: usize,
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
      const depth = min(od * strideDepth - padFront + windowDepth, inDepth) - front
      for (let oh: isize = 0; oh < outHeight; oh++) {
        const top = max<isize>(oh * strideHeight - padTop, 0)
        const height = min(oh * strideHeight - padTop + windowHeight, inHeight) - top
        for (let ow: isize = 0; ow < outWidth; ow++) {
          const left = max<isize>(ow * strideWidth - padLeft, 0)
          const width = min(ow * strideWidth - padLeft + windowWidth, inWidth) - left
          const corner = x + front * plane + top * row + left * pixel
          let c: usize = 0
          for (; c + 16 <= pixel; c += 16) {
            let best = f32x4.splat(-Infinity)
            for (let kd: isize = 0; kd < depth; kd++) {
              for (let kh: isize = 0; kh < height; kh++) {
                let at: usize = corner + kd * plane + kh * row + c
                for (const end: usize = at + width * pixel; at < end; at += pixel)
                  best = f32x4.pmax(best, v128.load(at))
              }
            }
            v128.store(y + c, best)
          }
          for (; c < pixel; c += 4) {
            let best: f32 = -Infinity
            for (let kd: isize = 0; kd < depth; kd++) {
              for (let kh: isize = 0; kh < height; kh++) {
                let at: usize = corner + kd * plane + kh * row + c
                for (const end: usize = at + width * pixel; at < end; at += pixel) {
                  const value = load<f32>(at)
                  if (value > best) best = value
                }
              }
            }
            store<f32>(y + c, best)
          }
          y += pixel
        }
      }
    }
    x += inDepth * plane
  }
}
