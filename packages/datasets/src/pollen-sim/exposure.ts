import type { RandomStream } from '@explainnet/core'
import { exponential } from './arithmetic.ts'
import { type Fields, slide, supersampling } from './fields.ts'
import type { Colour, Optics } from './optics.ts'

const debrisColour: Colour = [0.8, 0.95, 1.1]

/** Gaussian weights of width `sigma` around `centre`, all in samples; the first weight belongs to sample `start`. */
function kernel(sigma: number, centre: number): { start: number; weights: Float64Array } {
  const start = Math.floor(centre - 3 * sigma)
  const weights = Float64Array.from({ length: Math.ceil(6 * sigma) + 2 }, (_, i) => {
    const d = (start + i - centre) / sigma
    return exponential(-0.5 * d * d)
  })
  let sum = 0
  for (const weight of weights) sum += weight
  return { start, weights: weights.map((weight) => weight / sum) }
}

/** Blurs a plane of samples and reads it at the pixels' centres, shifted by (dx, dy) samples: separable. */
function resolve(plane: Float32Array, side: number, sigma: number, dx: number, dy: number): Float32Array {
  const size = side / supersampling
  const centre = (supersampling - 1) / 2
  const across = kernel(sigma, centre + dx)
  const down = kernel(sigma, centre + dy)
  const rows = new Float32Array(side * size)
  // The row is copied with its ends repeated, so that the inner loop need not look where it is.
  const margin = across.weights.length + supersampling
  const padded = new Float32Array(side + 2 * margin)
  for (let row = 0; row < side; row++) {
    const start = row * side
    padded.fill(plane[start]!, 0, margin)
    padded.set(plane.subarray(start, start + side), margin)
    padded.fill(plane[start + side - 1]!, margin + side)
    for (let column = 0; column < size; column++) {
      const from = column * supersampling + across.start + margin
      let sum = 0
      for (let i = 0; i < across.weights.length; i++) sum += across.weights[i]! * padded[from + i]!
      rows[row * size + column] = sum
    }
  }
  const pixels = new Float32Array(size * size)
  for (let row = 0; row < size; row++) {
    const from = row * supersampling + down.start
    for (let i = 0; i < down.weights.length; i++) {
      const weight = down.weights[i]!
      const source = Math.min(side - 1, Math.max(0, from + i)) * size
      for (let column = 0; column < size; column++) pixels[row * size + column]! += weight * rows[source + column]!
    }
  }
  return pixels
}

/** [1 2 1]/4 both ways, ends repeated: the diffraction that keeps a wall's edge from being infinitely sharp. */
function soften(plane: Float32Array, side: number): Float32Array {
  const across = new Float32Array(plane.length)
  const out = new Float32Array(plane.length)
  for (let row = 0; row < side; row++) {
    const first = row * side
    const last = first + side - 1
    for (let i = first; i <= last; i++) {
      across[i] = 0.25 * plane[i === first ? i : i - 1]! + 0.5 * plane[i]! + 0.25 * plane[i === last ? i : i + 1]!
    }
  }
  for (let row = 0; row < side; row++) {
    const above = row === 0 ? 0 : -side
    const below = row === side - 1 ? 0 : side
    for (let i = row * side; i < (row + 1) * side; i++) {
      out[i] = 0.25 * across[i + above]! + 0.5 * across[i]! + 0.25 * across[i + below]!
    }
  }
  return out
}

/**
 * The picture of the fields in transmitted light, before noise: [size·size·3] brightness 0 … 255.
 *
 * Pigment absorbs (Beer–Lambert). Out of focus by z, thickness φ brightens and darkens by 1 − z∇²φ (the transport of
 * intensity equation), hence the bright line inside a dark rim; steep flanks throw light out of the objective, hence
 * the rim's darkness. Then blur, colour errors and the lamp.
 */
export function photograph(fields: Fields, optics: Optics): Float32Array {
  const { side } = fields
  const size = side / supersampling
  const unit = side / slide
  const thickness = soften(soften(fields.thickness, side), side)
  const light = [0, 1, 2].map(() => new Float32Array(side * side).fill(1))
  for (let row = 0; row < side; row++) {
    const up = row === 0 ? 0 : -side
    const down = row === side - 1 ? 0 : side
    const first = row * side
    const last = first + side - 1
    for (let i = first; i <= last; i++) {
      const here = thickness[i]!
      const left = thickness[i === first ? i : i - 1]!
      const right = thickness[i === last ? i : i + 1]!
      const above = thickness[i + up]!
      const below = thickness[i + down]!
      const wall = fields.wall[i]!
      const cell = fields.cell[i]!
      const dirt = fields.debris[i]!
      if (here === 0 && left === 0 && right === 0 && above === 0 && below === 0 && wall + cell + dirt === 0) continue
      const gx = (right - left) * 0.5 * unit
      const gy = (below - above) * 0.5 * unit
      const bend = (left + right + above + below - 4 * here) * unit * unit
      const kept = 1 / (1 + 0.45 * (gx * gx + gy * gy))
      const flank = gx * optics.slant[0] + gy * optics.slant[1]
      for (let channel = 0; channel < 3; channel++) {
        const focus = flank - 0.35 * optics.defocus[channel]! * bend
        const density =
          wall * optics.wallStain[channel]! + cell * optics.cellStain[channel]! + dirt * debrisColour[channel]!
        // Bounded by ±0.55: light is neither negative nor piled up without end.
        light[channel]![i] = exponential(-density) * kept * (1 + (0.55 * focus) / Math.sqrt(0.3 + focus * focus))
      }
    }
  }
  const planes = light.map((plane, channel) => {
    const [dx, dy] = optics.shift[channel]!
    return resolve(plane, side, optics.blur * unit, dx * unit, dy * unit)
  })
  const picture = new Float32Array(size * size * 3)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const evenness = optics.evenness((2 * (column + 0.5)) / size - 1, (2 * (row + 0.5)) / size - 1)
      const i = row * size + column
      for (let channel = 0; channel < 3; channel++) {
        picture[3 * i + channel] = planes[channel]![i]! * optics.lamp[channel]! * evenness
      }
    }
  }
  return picture
}

/** The same noise for every picture of a scene, [size·size·3]: each value a sum of eight dice, near to normal. */
export function sensorNoise(random: RandomStream, size: number, deviation: number): Float32Array {
  const noise = new Float32Array(size * size * 3)
  // Four bytes of a word: mean 510, variance 4 · (256² − 1)/12.
  const scale = deviation / 147.8
  for (let i = 0; i < noise.length; i++) {
    const word = random.uint32()
    noise[i] = ((word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510) * scale
  }
  return noise
}

/** Rounded to 8 bits, [size·size·3]. */
export function develop(picture: Float32Array, noise: Float32Array): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(picture.length)
  for (let i = 0; i < pixels.length; i++) pixels[i] = picture[i]! + noise[i]!
  return pixels
}
