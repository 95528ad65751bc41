import { cosine, exponential, sine, smoothstep } from './arithmetic.ts'
import { between, type Fields } from './fields.ts'
import { cross, dot, forSurface, type Grain, unit, type Vector } from './grain.ts'
import { directions, raise, type Trait, toViewer, towardsViewer } from './relief.ts'

/** Three furrows from pole to pole: thin membrane between raised, dark margins. */
export const colpate: Trait = (fields, grain, random) => {
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
export const porate: Trait = (fields, grain, random) => {
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
export const ulcerate: Trait = (fields, grain, random) => {
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
