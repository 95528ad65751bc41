import type { Interval } from '../api.ts'

export interface SanityVerdict {
  readonly outcome: 'passes' | 'fails' | 'not-testable'
  /** Of the maps to those of the randomised network. */
  readonly similarity?: Interval | undefined
  /** Of the maps to those of another seed; 1 if deterministic. */
  readonly own?: Interval | undefined
  /** In words. */
  readonly reason: string
}

/** Above it, a map would have much of its appearance without anything that the network learned. */
export const largestSimilarity = 0.5

/**
 * A method fails the sanity check if the interval of its maps' similarity to those of the randomised network overlaps its
 * own seed-to-seed similarity (1 if deterministic) or exceeds 0.5, that is, reaches above it.
 */
export function sanityVerdict(similarity: Interval, own: Interval): SanityVerdict {
  const figures = `${show(similarity)} to the randomised network's maps`
  if (similarity.high >= own.low && similarity.low <= own.high) {
    return {
      outcome: 'fails',
      similarity,
      own,
      reason: `Similarity ${figures} is no less than from seed to seed, ${show(own)}.`,
    }
  }
  if (similarity.high > largestSimilarity) {
    return { outcome: 'fails', similarity, own, reason: `Similarity ${figures} reaches above ${largestSimilarity}.` }
  }
  return { outcome: 'passes', similarity, own, reason: `Similarity ${figures}, from seed to seed ${show(own)}.` }
}

/** How alike a deterministic method's maps are from seed to seed. */
export const deterministic = (n: number): Interval => ({ mean: 1, low: 1, high: 1, n })

export const notTestable = (reason: string): SanityVerdict => ({ outcome: 'not-testable', reason })

const show = ({ mean, low, high }: Interval) =>
  low === high ? mean.toFixed(2) : `${mean.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
