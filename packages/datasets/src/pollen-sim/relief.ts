import type { RandomStream } from '@explainnet/core'
import { cosine, sine } from './arithmetic.ts'
import { between, type Fields } from './fields.ts'
import { type Grain, unit, type Vector } from './grain.ts'

/** Adds a trait to the fields; draws from `random`, which no nuisance shares. */
export type Trait = (fields: Fields, grain: Grain, random: RandomStream) => void

/** `count` directions spread evenly over the sphere (golden spiral), each moved by `jitter` of their spacing. */
export function directions(random: RandomStream, count: number, jitter: number): Vector[] {
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
export const toViewer = (grain: Grain, p: Vector): Vector => {
  const [a, b, c] = grain.axes
  return [
    a[0] * p[0] + b[0] * p[1] + c[0] * p[2],
    a[1] * p[0] + b[1] * p[1] + c[1] * p[2],
    a[2] * p[0] + b[2] * p[1] + c[2] * p[2],
  ]
}

/** A direction whose angle to the viewer has a cosine in `from` … `to`. */
export function towardsViewer(random: RandomStream, from: number, to: number): Vector {
  const z = between(random, from, to)
  const angle = between(random, 0, 6.283185307)
  const ring = Math.sqrt(1 - z * z)
  return [ring * cosine(angle), ring * sine(angle), z]
}

/** Where the surface point in direction `n` is seen, at `height` above the surface (a share of the radius). */
export function place(grain: Grain, n: Vector, height = 0): [number, number] {
  const ring = Math.sqrt(n[0] * n[0] + n[1] * n[1]) + 1e-9
  const radius = grain.radiusAt(n[0] / ring, n[1] / ring) * (1 + height)
  return [grain.x + radius * n[0], grain.y + radius * n[1]]
}

/** Adds `height` (units of length) of wall material to one sample; negative takes away. */
export const raise = (fields: Fields, grain: Grain, sample: number, height: number, density = 0.3): void => {
  fields.thickness[sample]! += height
  fields.wall[sample]! += density * (0.4 + 0.6 * grain.wallStain) * height
}
