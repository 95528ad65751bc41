import type { AttributionMap, RawImage } from '@explainnet/core'
import { resizeLinear, rowOf } from '@explainnet/core'

/** How much of a map's relevance falls inside a mask, 0 … 1. Channels are summed before. */
export interface TraitShare {
  /** Σ max(A, 0) inside ÷ Σ max(A, 0). */
  readonly positive: number
  /** Σ |A| inside ÷ Σ |A|. */
  readonly absolute: number
}

/** The trait's mask and the grain's body, `[height · width]`, 1 inside. A trait may reach beyond the body. */
export interface PlantedTrait {
  readonly width: number
  readonly height: number
  readonly mask: Uint8Array
  readonly grain: Uint8Array
}

/** The share of example `example` of a map over the pixels of the trait's image. An all-zero map has share 0. */
export function traitShare(map: AttributionMap, example: number, trait: PlantedTrait): TraitShare {
  const pixels = trait.width * trait.height
  return shareOf(sumChannels(rowOf(map, example), pixels), trait.mask)
}

function sumChannels(values: Float32Array, pixels: number): Float64Array {
  const channels = values.length / pixels
  const sums = new Float64Array(pixels)
  values.forEach((value, i) => {
    sums[Math.floor(i / channels)]! += value
  })
  return sums
}

export function shareOf(values: ArrayLike<number>, mask: Uint8Array): TraitShare {
  let inside = 0
  let total = 0
  let insideAbsolute = 0
  let totalAbsolute = 0
  for (let i = 0; i < mask.length; i++) {
    const value = values[i]!
    const positive = Math.max(value, 0)
    total += positive
    totalAbsolute += Math.abs(value)
    if (!mask[i]) continue
    inside += positive
    insideAbsolute += Math.abs(value)
  }
  return {
    positive: total > 0 ? inside / total : 0,
    absolute: totalAbsolute > 0 ? insideAbsolute / totalAbsolute : 0,
  }
}

/** The same share of maps that know nothing of the network: what a real map has to beat. */
export interface ControlShares {
  /** Uniform over the image: the mask's area. */
  readonly image: number
  /** Uniform over the grain: its body and what the trait adds to it. */
  readonly grain: number
  /** A Gaussian at the centre, its standard deviation a quarter of the width. */
  readonly centre: number
  /** Sobel magnitude of the luma. */
  readonly edges: number
}

export function controlShares(image: RawImage, trait: PlantedTrait): ControlShares {
  const { width, height, mask } = trait
  const grain = trait.grain.map((inside, i) => (inside || mask[i] ? 1 : 0))
  const centre = Float64Array.from(mask, (_, i) => {
    const x = ((i % width) + 0.5) / width - 0.5
    const y = (Math.floor(i / width) + 0.5) / height - 0.5
    return Math.exp(-(x * x + y * y) / (2 * 0.25 ** 2))
  })
  return {
    image: shareOf(new Uint8Array(mask.length).fill(1), mask).positive,
    grain: shareOf(grain, mask).positive,
    centre: shareOf(centre, mask).positive,
    edges: shareOf(sobel(image), mask).positive,
  }
}

function sobel({ width, height, data }: RawImage): Float64Array {
  const luma = (x: number, y: number) => {
    const i = (Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))) * 3
    return 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!
  }
  return Float64Array.from({ length: width * height }, (_, i) => {
    const x = i % width
    const y = Math.floor(i / width)
    const side = (dx: number, dy: number) => luma(x + dx, y + dy)
    const gx = side(1, -1) + 2 * side(1, 0) + side(1, 1) - side(-1, -1) - 2 * side(-1, 0) - side(-1, 1)
    const gy = side(-1, 1) + 2 * side(0, 1) + side(1, 1) - side(-1, -1) - 2 * side(0, -1) - side(1, -1)
    return Math.hypot(gx, gy)
  })
}

/**
 * The share that the trait itself reaches on a coarse grid: the mask averaged to `[rows, columns]` and upsampled as a CAM
 * is. What a CAM of that grid is to be compared with; a map that points at the trait's inside alone can exceed it.
 */
export function coarseCeiling(trait: PlantedTrait, [rows, columns]: readonly [number, number]): number {
  const { width, height, mask } = trait
  const sums = new Float32Array(rows * columns)
  const counts = new Float32Array(rows * columns)
  mask.forEach((value, i) => {
    const row = Math.floor((Math.floor(i / width) * rows) / height)
    const column = Math.floor(((i % width) * columns) / width)
    sums[row * columns + column]! += value
    counts[row * columns + column]!++
  })
  const means = sums.map((sum, i) => sum / Math.max(1, counts[i]!))
  return shareOf(resizeLinear({ shape: [rows, columns], data: means }, [height, width]).data, mask).positive
}

export const controlNames = {
  image: 'Uniform over the image',
  grain: 'Uniform over the grain',
  centre: 'Gaussian at the centre',
  edges: 'Edge detector',
} as const satisfies Record<keyof ControlShares, string>
