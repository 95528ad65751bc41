// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts

/** Where in x, or in its image unless `acrossBatch`, each window's first maximum in row-major order lies: flat indices. */
export function maxPoolPositions(
  x: usize,
  positions: usize,
  acrossBatch: bool,
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
  const row = inWidth * channels
  const plane = inHeight * row
  const image = inDepth * plane
  for (let n: usize = 0; n < batch; n++) {
    const first = acrossBatch ? n * image : 0
    for (let od: isize = 0; od < outDepth; od++) {
      const front = max<isize>(od * strideDepth - padFront, 0)
      const depth = min(od * strideDepth - padFront + windowDepth, inDepth) - front
      for (let oh: isize = 0; oh < outHeight; oh++) {
        const top = max<isize>(oh * strideHeight - padTop, 0)
        const height = min(oh * strideHeight - padTop + windowHeight, inHeight) - top
        for (let ow: isize = 0; ow < outWidth; ow++) {
          const left = max<isize>(ow * strideWidth - padLeft, 0)
          const width = min(ow * strideWidth - padLeft + windowWidth, inWidth) - left
          const corner = front * plane + top * row + left * channels
          for (let c: usize = 0; c < channels; c++) {
            let winner = corner + c
            let best = load<f32>(x + (winner << 2))
            for (let kd: isize = 0; kd < depth; kd++) {
              for (let kh: isize = 0; kh < height; kh++) {
                let at = corner + kd * plane + kh * row + c
                for (const end = at + width * channels; at < end; at += channels) {
                  const value = load<f32>(x + (at << 2))
                  if (value > best) {
                    best = value
                    winner = at
                  }
                }
              }
            }
            store<i32>(positions, first + winner)
            positions += 4
          }
        }
      }
    }
    x += image << 2
  }
}
