import { colpate, porate, ulcerate } from './apertures.ts'
import { cosine, sine } from './arithmetic.ts'
import { between, dome, forSamples } from './fields.ts'
import { echinate, reticulate, striate, verrucate } from './ornaments.ts'
import { raise, type Trait, towardsViewer } from './relief.ts'

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
