import type { RandomStream } from '@explainnet/core'
import { cosine, exponential, sine, smoothstep } from './arithmetic.ts'
import { between, dome, type Fields, forSamples, slide, type ThreadPoint, thread, valueNoise } from './fields.ts'
import type { GrainPlace } from './grain.ts'

/** A spot of the slide at least `reach` away from every grain; undefined after eight tries. */
function freeSpot(random: RandomStream, grains: readonly GrainPlace[], reach: number): [number, number] | undefined {
  for (let attempt = 0; attempt < 8; attempt++) {
    const [x, y] = [between(random, 0, slide), between(random, 0, slide)]
    const free = grains.every((grain) => {
      const [dx, dy, clear] = [x - grain.x, y - grain.y, 1.12 * grain.radius + reach]
      return dx * dx + dy * dy > clear * clear
    })
    if (free) return [x, y]
  }
  return undefined
}

/** Dirt far from the plane of focus: broad, soft, faint, anywhere. */
export function renderHaze(fields: Fields, random: RandomStream): void {
  const count = 3 + random.integer(5)
  for (let i = 0; i < count; i++) {
    const [x, y] = [between(random, 0, slide), between(random, 0, slide)]
    const width = between(random, 2.5, 9)
    const depth = between(random, -0.03, 0.09)
    const angle = between(random, 0, 6.283185307)
    const [cos, sin] = [cosine(angle), sine(angle)]
    const stretch = between(random, 1, 2.2)
    forSamples(fields, x, y, 3 * width * stretch, (sample, dx, dy) => {
      const along = (dx * cos + dy * sin) / (width * stretch)
      const across = (dy * cos - dx * sin) / width
      const square = along * along + across * across
      if (square < 9) fields.debris[sample]! += depth * exponential(-square)
    })
  }
}

/** A fibre: a long, thin, bent thread. */
function fibre(fields: Fields, grains: readonly GrainPlace[], random: RandomStream): void {
  const spot = freeSpot(random, grains, 6)
  let heading = between(random, 0, 6.283185307)
  const [step, width, density] = [between(random, 2, 5), between(random, 0.5, 1), between(random, 0.1, 0.4)]
  const bends = Array.from({ length: 7 }, () => between(random, -0.5, 0.5))
  if (!spot) return
  let [x, y] = spot
  const points: ThreadPoint[] = [[x, y, width]]
  for (const bend of bends) {
    heading += bend
    x += step * cosine(heading)
    y += step * sine(heading)
    points.push([x, y, width])
  }
  thread(fields, points, (sample, height, radius) => {
    fields.thickness[sample]! += 0.45 * height * radius
    fields.debris[sample]! += density * height
  })
}

/** Look-alike of spines: a tuft of short, pointed rods. */
function tuft(fields: Fields, grains: readonly GrainPlace[], random: RandomStream): void {
  const spot = freeSpot(random, grains, 9)
  const heading = between(random, 0, 6.283185307)
  const rods = Array.from({ length: 3 + random.integer(4) }, () => [
    between(random, -0.7, 0.7),
    between(random, 5, 9),
    between(random, 1.3, 2.1),
  ])
  if (!spot) return
  const [x, y] = spot
  for (const [turn, length, base] of rods as [number, number, number][]) {
    const [cos, sin] = [cosine(heading + turn), sine(heading + turn)]
    const root: ThreadPoint = [x + 2 * cos, y + 2 * sin, base]
    thread(fields, [root, [x + length * cos, y + length * sin, 0.25 * base]], (sample, height, radius) => {
      fields.thickness[sample]! += height * radius
      fields.wall[sample]! += 0.3 * height * radius
    })
  }
}

/** Look-alike of pores: an air bubble, a dark ring with a bright middle, rarely quite round. */
function bubble(fields: Fields, grains: readonly GrainPlace[], random: RandomStream): void {
  const radius = between(random, 1.8, 6.5)
  const rim = between(random, 0.18, 0.45)
  const density = between(random, 0.15, 0.8)
  const angle = between(random, 0, 6.283185307)
  const [cos, sin] = [cosine(angle), sine(angle)]
  const oval = between(random, 0, 0.22)
  const spot = freeSpot(random, grains, radius)
  if (!spot) return
  forSamples(fields, spot[0], spot[1], 1.6 * radius, (sample, dx, dy) => {
    const lean = dx * cos + dy * sin
    const m = (Math.sqrt(dx * dx + dy * dy + oval * lean * lean) / radius - 1 + rim) / rim
    const ring = exponential(-m * m * 2)
    fields.debris[sample]! += density * ring * (1 + 0.35 * (lean / radius))
    fields.thickness[sample]! += 0.13 * radius * ring
  })
}

/** A flake of plant matter: an irregular, ragged film. */
function flake(fields: Fields, grains: readonly GrainPlace[], random: RandomStream): void {
  const reach = between(random, 2.5, 8)
  const [density, level] = [between(random, 0.08, 0.45), between(random, 0.35, 0.5)]
  const ragged = valueNoise(random, 8)
  const spot = freeSpot(random, grains, reach)
  if (!spot) return
  forSamples(fields, spot[0], spot[1], reach, (sample, dx, dy) => {
    const square = (dx * dx + dy * dy) / (reach * reach)
    if (square >= 1) return
    const [u, v] = [(3.2 * dx) / reach + 4, (3.2 * dy) / reach + 4]
    const film = smoothstep(level, level + 0.12, (ragged(u, v) * 0.7 + ragged(2 * u, 2 * v) * 0.3) * (1.25 - square))
    fields.debris[sample]! += density * film
    fields.thickness[sample]! += 0.9 * film
  })
}

/** Look-alike of granules and warts: a clump of small round bodies. */
function clump(fields: Fields, grains: readonly GrainPlace[], random: RandomStream): void {
  const reach = between(random, 3, 8)
  const spot = freeSpot(random, grains, reach)
  const count = 4 + random.integer(9)
  for (let i = 0; i < count; i++) {
    const angle = between(random, 0, 6.283185307)
    const distance = reach * Math.sqrt(random.uniform())
    const radius = between(random, 0.9, 2.6)
    const density = between(random, 0.15, 0.5)
    if (!spot) continue
    dome(fields, spot[0] + distance * cosine(angle), spot[1] + distance * sine(angle), radius, (sample, height) => {
      fields.thickness[sample]! += 0.5 * radius * height
      fields.cell[sample]! += density * height
    })
  }
}

/** Look-alike of striae and nets: a shard of a shell, ribbed one way or two. */
function shard(fields: Fields, grains: readonly GrainPlace[], random: RandomStream): void {
  const [length, width] = [between(random, 7, 13), between(random, 3, 5.5)]
  const heading = between(random, 0, 6.283185307)
  const ribs = 6.283185307 / between(random, 2.8, 4.5)
  const crossed = random.uniform() < 0.4
  const spot = freeSpot(random, grains, 0.8 * length)
  if (!spot) return
  const [cos, sin] = [cosine(heading), sine(heading)]
  forSamples(fields, spot[0], spot[1], length, (sample, dx, dy) => {
    const [along, across] = [dx * cos + dy * sin, dy * cos - dx * sin]
    const square = (along * along) / (length * length) + (across * across) / (width * width)
    if (square >= 1) return
    const rib = 0.5 + 0.5 * sine(ribs * along) * (crossed ? sine(ribs * across) : 1)
    const body = Math.sqrt(1 - square)
    fields.thickness[sample]! += 1.2 * body + 0.7 * rib * body
    fields.wall[sample]! += 0.12 * body + 0.28 * rib * body
  })
}

/**
 * Dirt in the plane of focus, beside the grains: fibres, and look-alikes of the traits, which are in pictures of
 * every class alike. Each kind has its own stream.
 */
export function renderDebris(
  fields: Fields,
  grains: readonly GrainPlace[],
  streams: (kind: number) => RandomStream,
): void {
  for (const [kind, [draw, most]] of (
    [
      [fibre, 3],
      [tuft, 2],
      [bubble, 3],
      [clump, 3],
      [shard, 2],
      [flake, 3],
    ] as const
  ).entries()) {
    const random = streams(kind)
    const count = random.integer(most)
    for (let i = 0; i < count; i++) draw(fields, grains, random.stream(i))
  }
}
