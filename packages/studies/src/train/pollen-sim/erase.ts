import type { RandomStream } from '@explainnet/core'

/**
 * A region of `area` pixels, or fewer where there is no room, that avoids `mask`: rectangles of random shape and place, without
 * what they share with the mask, until the area is reached. 1 inside, [size · size].
 */
export function regionElsewhere(mask: Uint8Array, size: number, area: number, random: RandomStream): Uint8Array {
  const region = new Uint8Array(mask.length)
  let left = area
  for (let attempt = 0; left > 0 && attempt < 64; attempt++) {
    const ratio = Math.exp((random.uniform() - 0.5) * 1.4)
    const height = Math.min(size, Math.max(1, Math.round(Math.sqrt(left * ratio))))
    const width = Math.min(size, Math.max(1, Math.round(left / height)))
    const top = random.integer(size - height + 1)
    const start = random.integer(size - width + 1)
    for (let row = top; row < top + height && left > 0; row++) {
      for (let column = start; column < start + width && left > 0; column++) {
        const k = row * size + column
        if (mask[k] === 0 && region[k] === 0) {
          region[k] = 1
          left--
        }
      }
    }
  }
  return region
}

/** Paints a region of RGB pixels in one colour, in place. */
export function paint(
  pixels: { [index: number]: number; readonly length: number },
  region: Uint8Array,
  colour: readonly number[],
): void {
  for (let k = 0; k < region.length; k++) {
    if (region[k] === 1) for (let c = 0; c < 3; c++) pixels[3 * k + c] = colour[c]!
  }
}
