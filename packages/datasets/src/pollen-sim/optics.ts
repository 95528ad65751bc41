import type { RandomStream } from '@explainnet/core'
import { cosine, sine } from './arithmetic.ts'
import { between, valueNoise } from './fields.ts'

export type Colour = readonly [red: number, green: number, blue: number]

/** The microscope, the stain, the lamp and the camera of one picture. */
export interface Optics {
  /** Optical density of one unit of pigment in each channel. */
  readonly wallStain: Colour
  readonly cellStain: Colour
  /** Distance from the plane of focus (units of length); each channel has its own (axial colour error). */
  readonly defocus: Colour
  /** Standard deviation of the blur, in units. */
  readonly blur: number
  /** Sideways shift of each channel, in units (lateral colour error). */
  readonly shift: readonly [Vector2, Vector2, Vector2]
  /** Slant of the light: which flanks are bright. */
  readonly slant: Vector2
  /** Colour of the lamp, 0 … 255 in each channel, and its evenness at (x, y) in −1 … 1, about 1. */
  readonly lamp: Colour
  evenness(x: number, y: number): number
  /** Standard deviation of the sensor's noise, 0 … 255. */
  readonly noise: number
}
type Vector2 = readonly [number, number]

// Density in red, green and blue: what fuchsin, safranin, iodine, unstained walls, light green and acetolysis do.
const stains: readonly Colour[] = [
  [0.16, 0.95, 0.42],
  [0.14, 0.78, 0.66],
  [0.3, 0.55, 0.95],
  [0.52, 0.5, 0.5],
  [0.5, 0.3, 0.62],
  [0.42, 0.75, 1.15],
]

const mix = (a: Colour, b: Colour, t: number): Colour => [
  a[0] + t * (b[0] - a[0]),
  a[1] + t * (b[1] - a[1]),
  a[2] + t * (b[2] - a[2]),
]

/** Draws the optics, each of stain, focus and lamp from its own stream. */
export function drawOptics(streams: (kind: number) => RandomStream): Optics {
  const stain = streams(0)
  const first = stains[stain.integer(stains.length)]!
  const second = stains[stain.integer(stains.length)]!
  const wallStain = mix(first, second, between(stain, 0, 0.35))
  const cellStain = mix(first, second, between(stain, 0.3, 1))

  const focus = streams(1)
  const defocus = between(focus, 0.5, 1.5)
  const fringe = between(focus, -0.3, 0.3)
  const blur = between(focus, 0.45, 1.15)
  const [turn, error] = [between(focus, 0, 6.283185307), between(focus, 0, 0.45)]
  const [sx, sy] = [error * cosine(turn), error * sine(turn)]
  const [slantTurn, slantSize] = [between(focus, 0, 6.283185307), between(focus, 0.04, 0.26)]

  const lamp = streams(2)
  const level = between(lamp, 172, 226)
  const warmth = between(lamp, -1, 0.8)
  const tint = between(lamp, -1, 1)
  const base: Colour = [level * (1 + 0.06 * warmth), level * (1 + 0.012 * tint), level * (1 - 0.085 * warmth)]
  const [gx, gy] = [between(lamp, -0.07, 0.07), between(lamp, -0.07, 0.07)]
  const vignette = between(lamp, 0.02, 0.12)
  const [vx, vy] = [between(lamp, -0.3, 0.3), between(lamp, -0.3, 0.3)]
  const mottle = valueNoise(lamp, 8)
  const mottling = between(lamp, 0.015, 0.05)
  return {
    wallStain,
    cellStain,
    defocus: [defocus * (1 - fringe), defocus, defocus * (1 + fringe)],
    blur,
    shift: [
      [sx, sy],
      [0, 0],
      [-sx, -sy],
    ],
    slant: [slantSize * cosine(slantTurn), slantSize * sine(slantTurn)],
    lamp: base,
    evenness: (x, y) => {
      const vignetting = vignette * ((x - vx) * (x - vx) + (y - vy) * (y - vy))
      // Two lattices at an angle, so that neither shows.
      const [u, v] = [0.96 * x - 0.28 * y, 0.28 * x + 0.96 * y]
      const mottled = mottle(2.6 * u + 3, 2.6 * v + 3) + 0.7 * mottle(6.5 * v + 1, 6.5 * x + 2) - 0.85
      return 1 + gx * x + gy * y - vignetting + mottling * mottled
    },
    noise: between(streams(3), 1.2, 3),
  }
}
