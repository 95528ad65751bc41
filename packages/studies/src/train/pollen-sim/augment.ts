import type { RandomStream } from '@explainnet/core'
import { jitterColour, uniformBetween } from '../photometry.ts'
import type { Picture } from '../warp.ts'
import { paint, regionElsewhere } from './erase.ts'
import type { SimPicture } from './pictures.ts'

const jitter = { contrast: 0.2, brightness: 0.08, saturation: 0.3, gain: 0.06 }

/**
 * A random view of a rendered picture: one of the eight turns and mirrorings, another light, and in half of the views a
 * part that is not the trait painted over, so that nothing but the trait is worth looking at.
 */
export function augmentSim({ pixels, mask }: SimPicture, random: RandomStream): Picture {
  const size = Math.sqrt(mask.length)
  const data = Float32Array.from(pixels, (value) => value / 255)
  if (random.uniform() < 0.5) {
    const area = Math.round(mask.length * uniformBetween(random, 0.02, 0.3))
    paint(data, regionElsewhere(mask, size, area, random), fillColour(data, random))
  }
  const picture = turn({ size, data }, random.integer(8))
  jitterColour(picture, jitter, random)
  return picture
}

/** Grey, the picture's mean, one of its own pixels, or any colour. */
function fillColour(data: Float32Array, random: RandomStream): number[] {
  const kind = random.integer(4)
  if (kind === 0) return [0.5, 0.5, 0.5]
  if (kind === 1) {
    const sums = [0, 0, 0]
    for (let k = 0; k < data.length; k++) sums[k % 3]! += data[k]!
    return sums.map((sum) => (3 * sum) / data.length)
  }
  if (kind === 2) {
    const pixel = 3 * random.integer(data.length / 3)
    return [...data.subarray(pixel, pixel + 3)]
  }
  return [random.uniform(), random.uniform(), random.uniform()]
}

/** One of the eight symmetries of a square: bit 0 mirrors columns, bit 1 rows, bit 2 swaps them. */
function turn({ size, data }: Picture, which: number): Picture {
  if (which === 0) return { size, data }
  const turned = new Float32Array(data.length)
  for (let row = 0, k = 0; row < size; row++) {
    for (let column = 0; column < size; column++, k += 3) {
      const [a, b] = (which & 4) === 0 ? [row, column] : [column, row]
      const from = (((which & 2) === 0 ? a : size - 1 - a) * size + ((which & 1) === 0 ? b : size - 1 - b)) * 3
      for (let c = 0; c < 3; c++) turned[k + c] = data[from + c]!
    }
  }
  return { size, data: turned }
}
