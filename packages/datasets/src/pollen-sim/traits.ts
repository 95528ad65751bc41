import type { RandomStream } from '@explainnet/core'
import { cosine, exponential, sine, smoothstep } from './arithmetic.ts'
import { between, dome, type Fields, forSamples, thread } from './fields.ts'
import { cross, dot, forSurface, type Grain, unit, type Vector } from './grain.ts'

/** Adds a trait to the fields; draws from `random`, which no nuisance shares. */
type Trait = (fields: Fields, grain: Grain, random: RandomStream) => void

/** `count` directions spread evenly over the sphere (golden spiral), each moved by `jitter` of their spacing. */
function directions(random: RandomStream, count: number, jitter: number): Vector[] {
  const spacing = Math.sqrt(12.566 / count)
  return Array.from({ length: count }, (_, i) => {
    const z = 1 - (2 * i + 1) / count
    const ring = Math.sqrt(1 - z * z)
    const angle = 2.399963229728653 * i
    const moved = () => jitter * spacing * between(random, -0.5, 0.5)
    return unit([ring * cosine(angle) + moved(), ring * sine(angle) + moved(), z + moved()])
  })
}

/** The same directions as the viewer sees them. */
const toViewer = (grain: Grain, p: Vector): Vector => {
  const [a, b, c] = grain.axes
  return [
    a[0] * p[0] + b[0] * p[1] + c[0] * p[2],
    a[1] * p[0] + b[1] * p[1] + c[1] * p[2],
    a[2] * p[0] + b[2] * p[1] + c[2] * p[2],
  ]
}

/** A direction whose angle to the viewer has a cosine in `from` … `to`. */
function towardsViewer(random: RandomStream, from: number, to: number): Vector {
  const z = between(random, from, to)
  const angle = between(random, 0, 6.283185307)
  const ring = Math.sqrt(1 - z * z)
  return [ring * cosine(angle), ring * sine(angle), z]
}

/** Where the surface point in direction `n` is seen, at `height` above the surface (a share of the radius). */
function place(grain: Grain, n: Vector, height = 0): [number, number] {
  const ring = Math.sqrt(n[0] * n[0] + n[1] * n[1]) + 1e-9
  const radius = grain.radiusAt(n[0] / ring, n[1] / ring) * (1 + height)
  return [grain.x + radius * n[0], grain.y + radius * n[1]]
}

/** Adds `height` (units of length) of wall material to one sample; negative takes away. */
const raise = (fields: Fields, grain: Grain, sample: number, height: number, density = 0.3): void => {
  fields.thickness[sample]! += height
  fields.wall[sample]! += density * (0.4 + 0.6 * grain.wallStain) * height
}

/** Spines all over: needles on the outline, foreshortened cones on the face. */
const echinate: Trait = (fields, grain, random) => {
  const length = between(random, 0.18, 0.27)
  const base = between(random, 0.055, 0.075) * grain.radius
  for (const p of directions(random, 60 + random.integer(30), 0.35)) {
    const n = toViewer(grain, p)
    if (n[2] < -0.35) continue
    const [ax, ay] = place(grain, n, -0.03)
    const [bx, by] = place(grain, n, length)
    thread(
      fields,
      [
        [ax, ay, base],
        [bx, by, 0.22 * base],
      ],
      (sample, height, radius) => raise(fields, grain, sample, 1.1 * height * radius, 0.32),
    )
  }
}

/** Round warts that make the outline lumpy; towards the limb they are seen from the side. */
const verrucate: Trait = (fields, grain, random) => {
  const size = between(random, 0.17, 0.21) * grain.radius
  for (const p of directions(random, 36 + random.integer(12), 0.5)) {
    const n = toViewer(grain, p)
    const radius = size * between(random, 0.7, 1.2)
    if (n[2] < -0.2) continue
    const [x, y] = place(grain, n, 0.01)
    const ring = Math.sqrt(n[0] * n[0] + n[1] * n[1]) + 1e-9
    const [cos, sin] = [n[0] / ring, n[1] / ring]
    const flat = Math.max(0.55, n[2])
    forSamples(fields, x, y, radius, (sample, dx, dy) => {
      const along = (dx * cos + dy * sin) / (flat * radius)
      const across = (dy * cos - dx * sin) / radius
      const square = along * along + across * across
      if (square < 1) raise(fields, grain, sample, 0.7 * radius * (1 - square) * (1.4 - 0.4 * square), 0.17)
    })
  }
}

/** Three furrows from pole to pole: thin membrane between raised, dark margins. */
const colpate: Trait = (fields, grain, random) => {
  const axis = towardsViewer(random, 0, 0.5)
  const width = between(random, 0.12, 0.18)
  const length = between(random, 0.78, 0.9)
  // The first furrow faces the viewer within 30°; the other two follow at thirds of a turn.
  const front = unit(cross(cross(axis, [0, 0, 1]), axis))
  const side = cross(axis, front)
  const turn = between(random, -0.5, 0.5)
  const furrows = [0, 1, 2].map((k): Vector => {
    const [c, s] = [cosine(turn + k * 2.0943951), sine(turn + k * 2.0943951)]
    return [c * front[0] + s * side[0], c * front[1] + s * side[1], c * front[2] + s * side[2]]
  })
  const across = furrows.map((furrow) => cross(axis, furrow))
  forSurface(fields, grain, (sample, x, y, z) => {
    const n: Vector = [x, y, z]
    const t = dot(n, axis) / length
    if (t * t >= 1) return
    for (let k = 0; k < 3; k++) {
      if (dot(n, furrows[k]!) <= 0) continue
      const half = width * (1 - t * t)
      const d = Math.abs(dot(n, across[k]!))
      if (d > half + 0.16) continue
      const floor = 1 - smoothstep(half * 0.55, half, d)
      const m = (d - half - 0.035) / 0.04
      const margin = exponential(-m * m) * smoothstep(0, 0.25, 1 - t * t)
      raise(fields, grain, sample, grain.radius * (0.075 * margin - 0.03 * floor), 0.28)
      fields.cell[sample]! -= 0.35 * floor * fields.cell[sample]!
    }
  })
}

/** A ring with a pale middle; the profile of a pore at angular distance `d` from its centre. */
function aperture(fields: Fields, grain: Grain, sample: number, d: number, radius: number, rim: number): void {
  const m = (d - radius) / rim
  const ring = exponential(-m * m)
  const hole = 1 - smoothstep(radius * 0.5, radius, d)
  raise(fields, grain, sample, grain.radius * (0.08 * ring - 0.035 * hole), 0.3)
  fields.cell[sample]! -= 0.4 * hole * fields.cell[sample]!
}

/** Round pores all over, each with a thickened rim. */
const porate: Trait = (fields, grain, random) => {
  const radius = between(random, 0.15, 0.19)
  const pores = directions(random, 13 + random.integer(6), 0.4).map((p) => toViewer(grain, p))
  forSurface(fields, grain, (sample, x, y, z) => {
    for (const pore of pores) {
      const square = 2 - 2 * (x * pore[0] + y * pore[1] + z * pore[2])
      if (square < 0.13) aperture(fields, grain, sample, Math.sqrt(Math.max(0, square)), radius, 0.06)
    }
  })
}

/** One large pore with a broad ring and a lid, as grasses have. */
const ulcerate: Trait = (fields, grain, random) => {
  const centre = towardsViewer(random, 0.6, 0.95)
  const radius = between(random, 0.26, 0.34)
  forSurface(fields, grain, (sample, x, y, z) => {
    const square = 2 - 2 * (x * centre[0] + y * centre[1] + z * centre[2])
    if (square > 0.5) return
    const d = Math.sqrt(Math.max(0, square))
    aperture(fields, grain, sample, d, radius, 0.085)
    raise(fields, grain, sample, 0.09 * grain.radius * (1 - smoothstep(0.05, 0.14, d)), 0.4)
  })
}

/** Share of an ornament left at a point: 1 inside a cap around `centre`, fading to 0 outside. */
const cap = (centre: Vector, x: number, y: number, z: number, edge: number): number =>
  smoothstep(edge, edge + 0.22, x * centre[0] + y * centre[1] + z * centre[2])

/** A net of ridges around polygonal lumina, over one side of the grain. */
const reticulate: Trait = (fields, grain, random) => {
  const centre = towardsViewer(random, 0.55, 0.95)
  const count = 90 + random.integer(50)
  const spacing = Math.sqrt(12.566 / count)
  const cells = directions(random, count, 0.9)
    .map((p) => toViewer(grain, p))
    .filter((p) => p[2] > -0.3)
  forSurface(fields, grain, (sample, x, y, z) => {
    const share = cap(centre, x, y, z, 0.28)
    if (share === 0) return
    let first = -1
    let second = -1
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!
      const closeness = x * cell[0] + y * cell[1] + z * cell[2]
      if (closeness > first) {
        second = first
        first = closeness
      } else if (closeness > second) second = closeness
    }
    const gap = (Math.sqrt(Math.max(0, 2 - 2 * second)) - Math.sqrt(Math.max(0, 2 - 2 * first))) / spacing
    const ridge = 1 - smoothstep(0.06, 0.34, gap)
    raise(fields, grain, sample, grain.radius * 0.07 * share * (ridge - 0.25), 0.3)
  })
}

/** Parallel, gently curved ridges over one side of the grain. */
const striate: Trait = (fields, grain, random) => {
  const centre = towardsViewer(random, 0.55, 0.95)
  const axis = towardsViewer(random, -0.3, 0.3)
  const bend = towardsViewer(random, -0.3, 0.3)
  const ridges = between(random, 4, 5.6) * 6.283185307
  const curve = between(random, 0.05, 0.14)
  forSurface(fields, grain, (sample, x, y, z) => {
    const share = cap(centre, x, y, z, 0.28)
    if (share === 0) return
    const n: Vector = [x, y, z]
    const height = 0.5 + 0.5 * sine(ridges * (dot(n, axis) + curve * sine(4 * dot(n, bend))))
    raise(fields, grain, sample, grain.radius * 0.075 * share * (height - 0.3), 0.3)
  })
}

/** A clot of round granules in the contents. */
const granular: Trait = (fields, grain, random) => {
  const centre = towardsViewer(random, 0.8, 1)
  const spread = between(random, 0.4, 0.5)
  const count = 34 + random.integer(20)
  for (let i = 0; i < count; i++) {
    const angle = between(random, 0, 6.283185307)
    const distance = spread * Math.sqrt(random.uniform())
    const radius = grain.radius * between(random, 0.06, 0.11)
    const x = grain.x + grain.radius * (0.55 * centre[0] + distance * cosine(angle))
    const y = grain.y + grain.radius * (0.55 * centre[1] + distance * sine(angle))
    dome(fields, x, y, radius, (sample, height) => {
      fields.thickness[sample]! += 0.5 * radius * height
      fields.cell[sample]! += (0.3 + 0.35 * grain.cellStain) * height
    })
  }
}

/** Two air bladders on opposite sides, as pines have: thin shells with a net inside. */
const saccate: Trait = (fields, grain, random) => {
  const angle = between(random, 0, 6.283185307)
  const droop = between(random, 0.25, 0.5)
  for (const side of [-1, 1]) {
    const turn = angle + side * (1.570796327 - droop)
    const cos = cosine(turn)
    const sin = sine(turn)
    const radius = grain.radius * between(random, 0.52, 0.62)
    const [squash, skew] = [between(random, 0.8, 1), between(random, -0.08, 0.08)]
    const reach = grain.radiusAt(cos, sin) + 0.22 * radius
    const [cx, cy] = [grain.x + reach * cos, grain.y + reach * sin]
    const inner = 0.87
    forSamples(fields, cx, cy, 1.3 * radius, (sample, dx, dy) => {
      const along = (dx * cos + dy * sin) / (radius * squash)
      const across = (dy * cos - dx * sin) / radius
      const lumps = 1 + skew * across + 0.09 * (grain.texture(1.7 * across + 9, 1.7 * along + side) - 0.5)
      const distance = (along * along + across * across) / (lumps * lumps)
      if (distance >= 1) return
      const z = Math.sqrt(1 - distance)
      const square = distance / (inner * inner)
      const shell = z - (square < 1 ? inner * Math.sqrt(1 - square) : 0)
      const mesh = grain.texture(5.5 * along + 3, 5.5 * across + 3) - 0.5
      raise(fields, grain, sample, radius * (0.34 * shell + 0.14 * mesh * z), 0.1)
      fields.wall[sample]! += (0.1 + 0.14 * grain.wallStain) * (1 + 1.6 * mesh)
    })
  }
}

/** What draws each class's trait. */
export const traits = {
  psilate: undefined,
  echinate,
  verrucate,
  colpate,
  porate,
  ulcerate,
  reticulate,
  striate,
  granular,
  saccate,
} as const satisfies Record<string, Trait | undefined>

/** One class a planted trait; `psilate` has none. */
export type PollenSimClass = keyof typeof traits
/** The class names in label order, `psilate` (smooth) first. */
export const pollenSimClasses = Object.keys(traits) as readonly PollenSimClass[]
