import { sine, smoothstep } from './arithmetic.ts'
import { between, forSamples, thread } from './fields.ts'
import { dot, forSurface, type Vector } from './grain.ts'
import { directions, place, raise, type Trait, toViewer, towardsViewer } from './relief.ts'

/** Spines all over: needles on the outline, foreshortened cones on the face. */
export const echinate: Trait = (fields, grain, random) => {
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
export const verrucate: Trait = (fields, grain, random) => {
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

/** Share of an ornament left at a point: 1 inside a cap around `centre`, fading to 0 outside. */
const cap = (centre: Vector, x: number, y: number, z: number, edge: number): number =>
  smoothstep(edge, edge + 0.22, x * centre[0] + y * centre[1] + z * centre[2])

/** A net of ridges around polygonal lumina, over one side of the grain. */
export const reticulate: Trait = (fields, grain, random) => {
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
export const striate: Trait = (fields, grain, random) => {
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
