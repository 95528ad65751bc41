// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
/**
 * dx gets each window's dy at the window's first maximum in row-major order. `dx` must be zero. Channels go one at a time: the
 * winning tap's number is kept beside the maximum, and a second pass over the window adds dy where the numbers agree.
 */
export function maxPoolGradient(
  x: usize,
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
  const one = i32x4.splat(1)
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
          const corner = front * plane + top * row + left * pixel
          let c: usize = 0
          for (; c + 16 <= pixel; c += 16) {
            let best = f32x4.splat(-Infinity)
            let winner = i32x4.splat(0)
            let tap = i32x4.splat(0)
            for (let kd: isize = 0; kd < depth; kd++) {
              for (let kh: isize = 0; kh < height; kh++) {
                let at: usize = corner + kd * plane + kh * row + c
                for (const end: usize = at + width * pixel; at < end; at += pixel) {
                  const value = v128.load(x + at)
                  const greater = f32x4.gt(value, best)
                  best = v128.bitselect(value, best, greater)
                  winner = v128.bitselect(tap, winner, greater)
                  tap = i32x4.add(tap, one)
                }
              }
            }
            const gradient = v128.load(dy + c)
            tap = i32x4.splat(0)
            for (let kd: isize = 0; kd < depth; kd++) {
              for (let kh: isize = 0; kh < height; kh++) {
                let at: usize = dx + corner + kd * plane + kh * row + c
                for (const end: usize = at + width * pixel; at < end; at += pixel) {
                  v128.store(at, f32x4.add(v128.load(at), v128.and(gradient, i32x4.eq(winner, tap))))
                  tap = i32x4.add(tap, one)
                }
              }
            }
          }
          for (; c < pixel; c += 4) {
            let best: f32 = -Infinity
            let winner = dx + corner + c
            for (let kd: isize = 0; kd < depth; kd++) {
              for (let kh: isize = 0; kh < height; kh++) {
                let at: usize = corner + kd * plane + kh * row + c
                for (const end: usize = at + width * pixel; at < end; at += pixel) {
                  const value = load<f32>(x + at)
                  if (value > best) {
                    best = value
                    winner = dx + at
                  }
                }
              }
            }
            store<f32>(winner, load<f32>(winner) + load<f32>(dy + c))
          }
          dy += pixel
        }
      }
    }
    x += inDepth * plane
    dx += inDepth * plane
  }
}
