// @ts-nocheck AssemblyScript, compiled by scripts/compile-wasm.ts
// The planes that a three-dimensional convolution sees at one output depth, side by side as channels of one image:
// image[n·outDepth + od, h, w, kd·channels + c] = x[n, od·stride + kd·dilation − pad, top + h, left + w, c], zero outside x.

export function unfoldDepth(
  x: usize,
  images: usize,
  batch: usize,
  channels: usize,
  inDepth: isize,
  inHeight: usize,
  inWidth: usize,
  outDepth: isize,
  filterDepth: isize,
  stride: isize,
  dilation: isize,
  pad: isize,
  top: usize,
  left: usize,
  height: usize,
  width: usize,
): void {
  const bytes = channels << 2
  const step = filterDepth * bytes
  for (let n: usize = 0; n < batch; n++) {
    for (let od: isize = 0; od < outDepth; od++) {
      for (let kd: isize = 0; kd < filterDepth; kd++) {
        const id = od * stride + kd * dilation - pad
        const inside = id >= 0 && id < inDepth
        let image = images + kd * bytes
        for (let h: usize = 0; h < height; h++) {
          let source = x + ((id * inHeight + top + h) * inWidth + left) * bytes
          for (let w: usize = 0; w < width; w++) {
            if (inside) copy(source, image, bytes)
            else memory.fill(image, 0, bytes)
            source += bytes
            image += step
          }
        }
      }
      images += height * width * step
    }
    x += inDepth * inHeight * inWidth * bytes
  }
}

/** The other way round: x, which must be zero, gets the sum of what became of each of its values. */
export function foldDepth(
  images: usize,
  x: usize,
  batch: usize,
  channels: usize,
  inDepth: isize,
  inHeight: usize,
  inWidth: usize,
  outDepth: isize,
  filterDepth: isize,
  stride: isize,
  dilation: isize,
  pad: isize,
  top: usize,
  left: usize,
  height: usize,
  width: usize,
): void {
  const bytes = channels << 2
  const step = filterDepth * bytes
  for (let n: usize = 0; n < batch; n++) {
    for (let od: isize = 0; od < outDepth; od++) {
      for (let kd: isize = 0; kd < filterDepth; kd++) {
        const id = od * stride + kd * dilation - pad
        if (id < 0 || id >= inDepth) continue
        let image = images + kd * bytes
        for (let h: usize = 0; h < height; h++) {
          let target = x + ((id * inHeight + top + h) * inWidth + left) * bytes
          for (let w: usize = 0; w < width; w++) {
            add(image, target, bytes)
            target += bytes
            image += step
          }
        }
      }
      images += height * width * step
    }
    x += inDepth * inHeight * inWidth * bytes
  }
}

// memory.copy costs a call of the engine, more than the few channels of a pixel do.
function copy(source: usize, target: usize, bytes: usize): void {
  let c: usize = 0
  for (; c + 16 <= bytes; c += 16) v128.store(target + c, v128.load(source + c))
  for (; c < bytes; c += 4) store<u32>(target + c, load<u32>(source + c))
}

function add(source: usize, target: usize, bytes: usize): void {
  let c: usize = 0
  for (; c + 16 <= bytes; c += 16) v128.store(target + c, f32x4.add(v128.load(target + c), v128.load(source + c)))
  for (; c < bytes; c += 4) store<f32>(target + c, load<f32>(target + c) + load<f32>(source + c))
}
