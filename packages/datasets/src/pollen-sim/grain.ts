import type { RandomStream } from '@explainnet/core'
import { cosine, sine } from './arithmetic.ts'
import { between, type Fields, forSamples, type Grid, slide, thread, valueNoise } from './fields.ts'

export type Vector = readonly [x: number, y: number, z: number]

/** The body of a grain: everything about it that does not depend on its class. */
export interface Grain {
  readonly x: number
  readonly y: number
  /** Mean radius in units. */
  readonly radius: number
  /** Radius in the direction (cos, sin), in units. */
  radiusAt(cos: number, sin: number): number
  /** Thickness of the wall as a share of the radius. */
  readonly wall: number
  /** How much thicker the wall is towards one side, as a vector. */
  readonly uneven: readonly [number, number]
  /** Optical density of wall and contents, and how much they refract. */
  readonly wallStain: number
  readonly cellStain: number
  readonly wallIndex: number
  readonly cellIndex: number
  /** The grain's own axes as the viewer sees them: it lies on the slide at random. */
  readonly axes: readonly [Vector, Vector, Vector]
  /** Strength of the wall's fine texture and of the clots in the contents. */
  readonly grit: number
  readonly clots: number
  readonly texture: (x: number, y: number) => number
  readonly fold: { readonly points: readonly (readonly [number, number, number])[]; readonly depth: number } | undefined
}

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const unit = (a: Vector): Vector => {
  const length = Math.sqrt(dot(a, a))
  return [a[0] / length, a[1] / length, a[2] / length]
}

/** Three random axes at right angles. */
function rotation(random: RandomStream): [Vector, Vector, Vector] {
  const normal = (): Vector => [random.normal(), random.normal(), random.normal()]
  const first = unit(normal())
  const second = unit(cross(first, normal()))
  return [first, second, cross(first, second)]
}

export interface GrainPlace {
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** Draws the grain's nuisances, each kind from its own stream. */
export function drawGrain(place: GrainPlace, streams: (kind: number) => RandomStream): Grain {
  const outline = streams(0)
  // Amplitudes of the outline's harmonics: ellipse, triangle, square, then lumps.
  const harmonics = [0.1, 0.035, 0.022, 0.012, 0.009, 0.006, 0.006, 0.005, 0.005, 0.004].map(
    (size): [number, number] => [size * between(outline, -1, 1), size * between(outline, -1, 1)],
  )
  const radiusAt = (cos: number, sin: number) => {
    // cos mθ and sin mθ by the addition theorem, from m = 2 up.
    let c = cos
    let s = sin
    let sum = 1
    for (let i = 0; i < harmonics.length; i++) {
      const next = c * cos - s * sin
      s = s * cos + c * sin
      c = next
      sum += harmonics[i]![0] * c + harmonics[i]![1] * s
    }
    return place.radius * sum
  }
  const body = streams(1)
  const contents = streams(2)
  const folds = streams(3)
  const folded = folds.uniform() < 0.4
  const [angle, offset, bend] = [between(folds, 0, 6.283), between(folds, 0.2, 0.55), between(folds, -0.2, 0.3)]
  const [halfLength, depth] = [between(folds, 0.4, 0.7), between(folds, 0.5, 1)]
  const [cos, sin] = [cosine(angle), sine(angle)]
  const points = Array.from({ length: 9 }, (_, i): [number, number, number] => {
    const t = i / 4 - 1
    const [across, along] = [offset - bend * t * t, halfLength * t]
    const width = place.radius * 0.06 * (1.1 - t * t)
    return [
      place.x + place.radius * (cos * across - sin * along),
      place.y + place.radius * (sin * across + cos * along),
      width,
    ]
  })
  return {
    ...place,
    radiusAt,
    wall: between(body, 0.07, 0.13),
    uneven: [between(body, -0.03, 0.03), between(body, -0.03, 0.03)],
    grit: between(body, 0.1, 1),
    clots: between(body, 0.3, 1.3),
    wallStain: between(body, 0.35, 1.1),
    cellStain: between(body, 0.15, 0.6),
    wallIndex: between(body, 0.4, 0.75),
    cellIndex: between(body, 0.06, 0.18),
    axes: rotation(streams(4)),
    texture: valueNoise(contents, 16),
    fold: folded ? { points, depth } : undefined,
  }
}

/** Calls `draw(sample, x, y, z)` for each sample on the body; (x, y, z) is the unit normal of its near surface. */
export function forSurface(
  grid: Grid,
  grain: Grain,
  draw: (sample: number, x: number, y: number, z: number) => void,
): void {
  forSamples(grid, grain.x, grain.y, grain.radius * 1.25, (sample, dx, dy) => {
    const distance = Math.sqrt(dx * dx + dy * dy) + 1e-9
    const local = grain.radiusAt(dx / distance, dy / distance)
    if (distance < local) {
      const [x, y] = [dx / local, dy / local]
      draw(sample, x, y, Math.sqrt(1 - x * x - y * y))
    }
  })
}

/** The body without any trait: a stained shell around stained contents, perhaps with a fold. */
export function renderBody(fields: Fields, grain: Grain): void {
  forSurface(fields, grain, (sample, x, y, z) => {
    const inner = 1 - grain.wall - grain.uneven[0] * x - grain.uneven[1] * y
    const square = (x * x + y * y) / (inner * inner)
    const contents = square < 1 ? inner * Math.sqrt(1 - square) : 0
    const shell = z - contents
    // Coarse for the clots of the plasma, fine for the grit of the wall.
    const coarse = grain.texture(2.6 * x + 5, 2.6 * y + 5) + 0.6 * grain.texture(6 * x + 11, 6 * y + 3) - 0.8
    const fine = grain.texture(0.8 * 13 * x - 0.6 * 13 * y, 0.6 * 13 * x + 0.8 * 13 * y) - 0.5
    fields.thickness[sample]! +=
      grain.radius * (grain.wallIndex * shell + grain.cellIndex * contents * (1 + 0.15 * grain.clots * coarse)) +
      grain.grit * fine
    fields.wall[sample]! += grain.wallStain * (shell * 1.6 + 0.15 * grain.grit * fine)
    fields.cell[sample]! += grain.cellStain * contents * (1 + grain.clots * coarse + 0.4 * fine)
  })
  if (grain.fold) {
    const { points, depth } = grain.fold
    thread(fields, points, (sample, height) => {
      fields.thickness[sample]! += 1.3 * depth * height
      fields.wall[sample]! += 0.25 * depth * grain.wallStain * height
    })
  }
}

/** [size · size], 1 where a pixel's centre lies on the body. */
export function silhouette(size: number, grain: Grain): Uint8Array {
  const covered = new Uint8Array(size * size)
  forSurface({ side: size, perUnit: size / slide }, grain, (pixel) => {
    covered[pixel] = 1
  })
  return covered
}
