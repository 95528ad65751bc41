import { randomStream } from '@explainnet/core'
import { bootstrapMean, type Interval, pairedDifference } from '@explainnet/metrics'

const resamples = 2000

/** A method's figures, oriented so that higher is better: by metric, then by example. */
export interface Entrant {
  readonly name: string
  readonly values: readonly (readonly number[])[]
}

export interface RankedEntrant {
  readonly name: string
  readonly meanRank: Interval
  readonly first: number
  readonly behind: Interval
}

/**
 * Methods in the order of their mean rank. On every example and every metric they are ranked, 1 for the best and the mean
 * for equals; ranks are averaged over metrics, which need no common unit then, and over examples. Intervals, and how often
 * each comes first, are by resampling examples, the methods together.
 */
export function rank(entrants: readonly Entrant[]): RankedEntrant[] {
  if (entrants.length === 0) return []
  const metrics = entrants[0]!.values.length
  const examples = entrants[0]!.values[0]!.length
  const ranks = entrants.map(() => new Array<number>(examples).fill(0))
  for (let metric = 0; metric < metrics; metric++) {
    for (let example = 0; example < examples; example++) {
      ranksOf(entrants.map(({ values }) => values[metric]![example]!)).forEach((value, i) => {
        ranks[i]![example]! += value / metrics
      })
    }
  }
  const first = sharesOfFirst(ranks)
  const order = entrants
    .map((_, i) => i)
    .sort((a, b) => mean(ranks[a]!) - mean(ranks[b]!) || (entrants[a]!.name < entrants[b]!.name ? -1 : 1))
  const best = ranks[order[0]!]!
  return order.map((i) => ({
    name: entrants[i]!.name,
    meanRank: bootstrapMean(ranks[i]!),
    first: first[i]!,
    behind: pairedDifference(ranks[i]!, best),
  }))
}

/**
 * Kendall's coefficient of concordance, corrected for ties: 1 if all metrics order the methods alike, 0 if they have
 * nothing in common. By the methods' means over examples. Kendall & Babington Smith 1939.
 */
export function concordance(entrants: readonly Entrant[]): number | undefined {
  const n = entrants.length
  if (n < 2) return undefined
  const metrics = entrants[0]!.values.length
  const perMetric = Array.from({ length: metrics }, (_, metric) =>
    ranksOf(entrants.map(({ values }) => mean(values[metric]!))),
  )
  const sums = entrants.map((_, i) => perMetric.reduce((sum, ranks) => sum + ranks[i]!, 0))
  const spread = sums.reduce((sum, value) => sum + (value - mean(sums)) ** 2, 0)
  const ties = perMetric.reduce((sum, ranks) => sum + tiesOf(ranks), 0)
  const most = metrics ** 2 * (n ** 3 - n) - metrics * ties
  return most > 0 ? (12 * spread) / most : undefined
}

/** 1 for the largest; equals share the mean of their places. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const above = values.filter((other) => other > value).length
    const equal = values.filter((other) => other === value).length
    return above + (equal + 1) / 2
  })
}

function tiesOf(ranks: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const one of ranks) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum + count ** 3 - count, 0)
}

function sharesOfFirst(ranks: readonly (readonly number[])[]): number[] {
  const examples = ranks[0]!.length
  const random = randomStream(0, examples)
  const wins = ranks.map(() => 0)
  for (let resample = 0; resample < resamples; resample++) {
    const sums = ranks.map(() => 0)
    for (let draw = 0; draw < examples; draw++) {
      const example = random.integer(examples)
      ranks.forEach((own, i) => {
        sums[i]! += own[example]!
      })
    }
    const least = Math.min(...sums)
    const tied = sums.filter((sum) => sum === least).length
    sums.forEach((sum, i) => {
      if (sum === least) wins[i]! += 1 / tied
    })
  }
  return wins.map((count) => count / resamples)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
