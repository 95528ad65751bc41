import { bootstrapMean, type Interval, type ProportionInterval, wilsonInterval } from '@explainnet/metrics'
import type { NamedMethod } from '../study/explain-images.ts'
import { controlNames } from '../study/trait-share.ts'
import type { BarRule } from '../train/pollen-shortcut/pictures.ts'
import type { BarShares } from './bar-shares.ts'

/**
 * `reveals`: the map puts more on the bar where the network goes by it than where it does not, more than every map that knows
 * no network puts there: it can be seen without a second network.
 * `only beside the control`: the map differs between the networks, and by itself looks like a map that knows none.
 * `does not`: it does not put more on the bar. All by 95 % intervals of the paired differences.
 */
export type Verdict = 'reveals' | 'only beside the control' | 'does not'

export interface MethodVerdict {
  readonly name: string
  readonly verdict: Verdict
  /** Share of positive relevance on the bar, and on the trait, in the network that goes by the bar and in the one that does not. */
  readonly bar: { readonly shortcut: Interval; readonly control: Interval }
  readonly trait: { readonly shortcut: Interval; readonly control: Interval }
  /** On the bar: the shortcut network's share less the control's, picture by picture. */
  readonly difference: Interval
  /** On the bar, in the shortcut network: the share less that of the trivial map that puts most there. */
  readonly overTrivial: Interval
  /** Which one that is. */
  readonly trivial: string
  /** Pictures on which the map's highest position is at the bar: by either network. */
  readonly pointsAtBar: Readonly<Record<BarRule, { readonly share: number; readonly interval: ProportionInterval }>>
}

export interface TrivialShare {
  readonly name: string
  readonly bar: Interval
  readonly trait: Interval
}

/** Pictures on which an edge detector is highest at the bar. */
export function edgesAtBar(pictures: readonly BarShares[]): { share: number; interval: ProportionInterval } {
  const count = pictures.filter(({ controls }) => controls.edgesPointAtBar).length
  return { share: count / pictures.length, interval: wilsonInterval(count, pictures.length) }
}

export const trivialShares = (pictures: readonly BarShares[]): TrivialShare[] =>
  controlKeys.map((key) => ({
    name: controlNames[key],
    bar: bootstrapMean(pictures.map(({ controls }) => controls.bar[key])),
    trait: bootstrapMean(pictures.map(({ controls }) => controls.trait[key])),
  }))

const controlKeys = Object.keys(controlNames) as (keyof typeof controlNames)[]

export function verdicts(methods: readonly NamedMethod[], pictures: readonly BarShares[]): MethodVerdict[] {
  const means = trivialShares(pictures).map(({ bar }) => bar.mean)
  const strongest = controlKeys[means.indexOf(Math.max(...means))]!
  return methods.map(({ name, title }) => {
    const shares = (rule: BarRule, on: 'bar' | 'trait') => pictures.map((picture) => picture.networks[rule][name]![on])
    const both = (on: 'bar' | 'trait') => ({
      shortcut: bootstrapMean(shares('shortcut', on)),
      control: bootstrapMean(shares('control', on)),
    })
    const points = (rule: BarRule) => {
      const count = pictures.filter((picture) => picture.networks[rule][name]!.pointsAtBar).length
      return { share: count / pictures.length, interval: wilsonInterval(count, pictures.length) }
    }
    const inControl = shares('control', 'bar')
    const difference = bootstrapMean(shares('shortcut', 'bar').map((share, i) => share - inControl[i]!))
    const overTrivial = bootstrapMean(
      shares('shortcut', 'bar').map((share, i) => share - pictures[i]!.controls.bar[strongest]),
    )
    const verdict = difference.low <= 0 ? 'does not' : overTrivial.low > 0 ? 'reveals' : 'only beside the control'
    return {
      name: title,
      verdict,
      bar: both('bar'),
      trait: both('trait'),
      difference,
      overTrivial,
      trivial: controlNames[strongest],
      pointsAtBar: { shortcut: points('shortcut'), control: points('control') },
    }
  })
}

/** The bar itself on the grids of layer maps: what a map as coarse as that could reach. */
export function barOnGrids(pictures: readonly BarShares[]): { name: string; bar: Interval }[] {
  const grids = new Map<string, number[]>()
  for (const { networks } of pictures) {
    const seen = new Set<string>()
    for (const { grid, ceiling } of Object.values(networks.shortcut)) {
      const name = grid && `The bar itself on ${grid.join(' × ')}`
      if (!name || seen.has(name)) continue
      seen.add(name)
      grids.set(name, [...(grids.get(name) ?? []), ceiling!])
    }
  }
  return [...grids].map(([name, values]) => ({ name, bar: bootstrapMean(values) }))
}
