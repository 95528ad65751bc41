import { pollenSimClasses } from '@explainnet/datasets'
import { bootstrapMean, type Interval, type ProportionInterval, wilsonInterval } from '@explainnet/metrics'
import type { NamedMethod } from './explain-images.ts'
import type { ShareRow } from './share-rows.ts'
import { moved, type SimPair } from './sim-pairs.ts'
import type { SimShares } from './sim-shares.ts'
import { controlNames } from './trait-share.ts'

/** Mean shares of methods, then of controls, over pictures. */
export function shareRows(methods: readonly NamedMethod[], pictures: readonly SimShares[]): ShareRow[] {
  const rows: ShareRow[] = methods.map(({ name, title }) => {
    const shares = pictures.map((picture) => picture.methods[name]!)
    return {
      name: title,
      control: false,
      positive: bootstrapMean(shares.map((share) => share.positive)),
      absolute: bootstrapMean(shares.map((share) => share.absolute)),
    }
  })
  for (const [key, name] of Object.entries(controlNames)) {
    const values = pictures.map(({ controls }) => controls[key as keyof typeof controlNames])
    rows.push({ name, control: true, positive: bootstrapMean(values) })
  }
  const grids = new Map<string, number[]>()
  for (const { methods: runs } of pictures) {
    // CAM methods share their layer: one of them stands for all.
    const run = Object.values(runs).find(({ ceiling }) => ceiling !== undefined)
    if (!run?.grid) continue
    const name = `The trait itself on ${run.grid.join(' × ')}`
    grids.set(name, [...(grids.get(name) ?? []), run.ceiling!])
  }
  for (const [name, values] of grids) rows.push({ name, control: true, positive: bootstrapMean(values) })
  return rows
}

export interface Margin {
  readonly name: string
  /** Share on the trait minus that of each control on the same picture. */
  readonly over: Readonly<Record<keyof typeof controlNames, Interval>>
}

/** How much each method exceeds each control, picture by picture: what tells them apart is these intervals. */
export const margins = (methods: readonly NamedMethod[], pictures: readonly SimShares[]): Margin[] =>
  methods.map(({ name, title }) => {
    const over = (key: keyof typeof controlNames) =>
      bootstrapMean(pictures.map((picture) => picture.methods[name]!.positive - picture.controls[key]))
    return {
      name: title,
      over: { image: over('image'), grain: over('grain'), centre: over('centre'), edges: over('edges') },
    }
  })

export interface ClassShares {
  readonly className: string
  readonly pictures: number
  /** Mean share on the trait by the method's title, and uniform over the grain. */
  readonly methods: Readonly<Record<string, number>>
  readonly grain: number
}

export function sharesByClass(methods: readonly NamedMethod[], pictures: readonly SimShares[]): ClassShares[] {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return pollenSimClasses.flatMap((className, label): ClassShares[] => {
    const own = pictures.filter((picture) => picture.label === label)
    if (own.length === 0) return []
    const shares = methods.map(({ name, title }) => [title, mean(own.map((one) => one.methods[name]!.positive))])
    const grain = mean(own.map(({ controls }) => controls.grain))
    return [{ className, pictures: own.length, methods: Object.fromEntries(shares), grain }]
  })
}

/** For methods that stop by themselves: on how many pictures the rule was met. */
export function stops(
  methods: readonly NamedMethod[],
  pictures: readonly SimShares[],
): { name: string; converged: number; images: number; interval: ProportionInterval; largest: number }[] {
  return methods.flatMap(({ name, title }) => {
    const runs = pictures.map((picture) => picture.methods[name]!).filter((run) => run.converged !== undefined)
    if (runs.length === 0) return []
    const converged = runs.filter((run) => run.converged).length
    const largest = Math.max(...runs.map((run) => run.evaluations ?? 0))
    return [{ name: title, converged, images: runs.length, interval: wilsonInterval(converged, runs.length), largest }]
  })
}

export interface Movement {
  readonly name: string
  /** Pairs in which the map moved: each grain's trait got more when its own grain was asked for. */
  readonly moved: { readonly share: number; readonly interval: ProportionInterval }
  /** Share on the trait of the grain asked for, and on the same trait when the other grain was. */
  readonly own: Interval
  readonly other: Interval
}

/** Whether each method's map moves with the target, over pictures of two grains. */
export const movement = (methods: readonly NamedMethod[], pairs: readonly SimPair[]): Movement[] =>
  methods.map(({ name, title }) => {
    const shares = pairs.map((pair) => pair.methods[name]!)
    const count = shares.filter(moved).length
    const half = ([first, second]: readonly [number, number]) => (first + second) / 2
    return {
      name: title,
      moved: { share: count / pairs.length, interval: wilsonInterval(count, pairs.length) },
      own: bootstrapMean(shares.map((share) => half(share.own))),
      other: bootstrapMean(shares.map((share) => half(share.other))),
    }
  })
