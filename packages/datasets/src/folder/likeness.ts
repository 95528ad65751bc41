import type { RawImage } from '@explainnet/core'

/**
 * What is compared to tell whether two pictures show the same thing: 256 signs of the horizontal gradient of a 17×16
 * thumbnail (a "difference hash"), and the thumbnail itself.
 */
export interface Likeness {
  readonly signs: Uint32Array
  /** 17×16 grey values with mean 0 and square sum 1; all 0 for an even picture. */
  readonly thumbnail: Float32Array
}

const width = 17
const height = 16

/**
 * Chosen on POLLEN23E by looking at every pair below 72 differing signs: the same grain, photographed again at another
 * focus or cut out anew, differs in at most 62 signs and correlates above 0.8 but for a few; unrelated blurred rings
 * reach 47 signs, and correlate below 0.8.
 */
const mostSigns = 64
const leastCorrelation = 0.8

export function likenessOf(image: RawImage): Likeness {
  const thumbnail = greyThumbnail(image)
  const signs = new Uint32Array((height * (width - 1)) / 32)
  for (let row = 0, bit = 0; row < height; row++) {
    for (let column = 0; column < width - 1; column++, bit++) {
      const here = row * width + column
      if (thumbnail[here]! < thumbnail[here + 1]!) signs[bit >> 5]! |= 1 << (bit & 31)
    }
  }
  let mean = 0
  for (const grey of thumbnail) mean += grey / thumbnail.length
  let square = 0
  for (const grey of thumbnail) square += (grey - mean) ** 2
  // An even picture has only rounding errors to normalise.
  const scale = square > 1 ? 1 / Math.sqrt(square) : 0
  return { signs, thumbnail: thumbnail.map((grey) => (grey - mean) * scale) }
}

/** Whether two pictures are near-identical. */
export function alike(a: Likeness, b: Likeness): boolean {
  let differing = 0
  for (let i = 0; i < a.signs.length; i++) differing += ones(a.signs[i]! ^ b.signs[i]!)
  if (differing > mostSigns) return false
  let correlation = 0
  for (let i = 0; i < a.thumbnail.length; i++) correlation += a.thumbnail[i]! * b.thumbnail[i]!
  return correlation >= leastCorrelation
}

function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Mean luminance (Rec. 601) under each cell of a 17×16 grid laid over the picture. */
function greyThumbnail({ width: columns, height: rows, data }: RawImage): Float32Array {
  const across = shares(columns, width)
  const down = shares(rows, height)
  // Columns first, so that the picture is read once.
  const bands = new Float64Array(height * columns)
  for (const [cell, { from, weights }] of down.entries()) {
    for (const [k, weight] of weights.entries()) {
      const start = (from + k) * columns * 3
      for (let column = 0; column < columns; column++) {
        const i = start + 3 * column
        bands[cell * columns + column]! += weight * (0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!)
      }
    }
  }
  return Float32Array.from({ length: width * height }, (_, i) => {
    const { from, weights } = across[i % width]!
    const start = Math.floor(i / width) * columns + from
    return weights.reduce((sum, weight, k) => sum + weight * bands[start + k]!, 0)
  })
}

/** For each of `cells` equal parts of a line of `length` pixels: the pixels under it and their shares. */
function shares(length: number, cells: number): { from: number; weights: number[] }[] {
  return Array.from({ length: cells }, (_, cell) => {
    const [start, end] = [(cell * length) / cells, ((cell + 1) * length) / cells]
    const from = Math.floor(start)
    const weights = Array.from({ length: Math.min(length, Math.ceil(end)) - from }, (_, k) => {
      return (Math.min(end, from + k + 1) - Math.max(start, from + k)) / (end - start)
    })
    return { from, weights }
  })
}
