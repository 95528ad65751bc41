import { bootstrapMean, type Interval, pairedDifference } from '@explainnet/metrics'
import { type JudgedPicture, type Measure, measures, type Ranked, type Reading, ranked, readings } from './judge.ts'

/** How much better the first technique is than the second, by paired bootstrap; above 0 is better for every measure. */
interface Comparison {
  readonly first: Ranked
  readonly second: Ranked
  readonly advantage: Interval
  /** By whether the interval leaves out 0. */
  readonly verdict: 'better' | 'worse' | 'undecided'
}

/** One measure by one reading of the maps. */
export interface Trial {
  readonly measure: Measure
  readonly reading: Reading
  readonly means: Readonly<Record<string, Interval>>
  readonly comparisons: readonly Comparison[]
  /** Of the whole order: both neighbours in it are better, one of them is worse, or neither. */
  readonly order: 'holds' | 'contradicted' | 'undecided'
}

const pairs = [
  [ranked[0], ranked[1]],
  [ranked[1], ranked[2]],
  [ranked[0], ranked[2]],
] as const

/** Tests the order of techniques by every measure that the pictures have, under both readings. */
export function trials(pictures: readonly JudgedPicture[]): Trial[] {
  const known = Object.keys(pictures[0]!.techniques.saliency.signed) as Measure[]
  return known.flatMap((measure) =>
    (Object.keys(readings) as Reading[]).map((reading) => trial(pictures, measure, reading)),
  )
}

function trial(pictures: readonly JudgedPicture[], measure: Measure, reading: Reading): Trial {
  const values = (name: Ranked) => pictures.map((picture) => picture.techniques[name][reading][measure]!)
  const trivial = Object.keys(pictures[0]!.trivial)
  const means = Object.fromEntries([
    ...ranked.map((name) => [name, bootstrapMean(values(name))]),
    ...trivial.map((name) => [name, bootstrapMean(pictures.map((picture) => picture.trivial[name]![measure]!))]),
  ])
  const comparisons = pairs.map(([first, second]): Comparison => {
    const higher = measures[measure].better === 'higher'
    const advantage = pairedDifference(values(higher ? first : second), values(higher ? second : first))
    const verdict = advantage.low > 0 ? 'better' : advantage.high < 0 ? 'worse' : 'undecided'
    return { first, second, advantage, verdict }
  })
  const neighbours = comparisons.slice(0, 2).map(({ verdict }) => verdict)
  const order = neighbours.includes('worse')
    ? 'contradicted'
    : neighbours.every((verdict) => verdict === 'better')
      ? 'holds'
      : 'undecided'
  return { measure, reading, means, comparisons, order }
}
