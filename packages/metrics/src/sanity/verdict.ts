import type { Interval } from '../api.ts'

export interface SanityVerdict {
  readonly outcome: 'passes' | 'fails' | 'not-testable'
  /** Of the maps to those of the randomised network. */
  readonly similarity?: Interval | undefined
  /** Of the signed maps to those of the network whose upper half was randomised. */
  readonly upperHalf?: Interval | undefined
  /** Of the maps to those of another seed; 1 if deterministic. */
  readonly own?: Interval | undefined
  /** In words. */
  readonly reason: string
}

/** Above it, a map would have much of its appearance without anything that the network learned. */
const largestSimilarity = 0.5

/**
 * A method fails the sanity check if the interval of its maps' similarity to those of the randomised network overlaps its
 * own seed-to-seed similarity (1 if deterministic) or exceeds 0.5, that is, reaches above it. The same is asked of the
 * network whose upper half alone was randomised, if that is given: a method may look at the lower filters, which keep what
 * they see, and still take no notice of what the network makes of it (guided backpropagation).
 */
export function sanityVerdict(similarity: Interval, own: Interval, upperHalf?: Interval): SanityVerdict {
  const about = { similarity, own, ...(upperHalf ? { upperHalf } : {}) }
  const networks = [
    { name: "the randomised network's maps", found: similarity },
    ...(upperHalf ? [{ name: 'those of the network with its upper half randomised', found: upperHalf }] : []),
  ]
  for (const { name, found } of networks) {
    if (found.high >= own.low && found.low <= own.high) {
      const reason = `Similarity ${show(found)} to ${name} is no less than from seed to seed, ${show(own)}.`
      return { outcome: 'fails', ...about, reason }
    }
    if (found.high > largestSimilarity) {
      const reason = `Similarity ${show(found)} to ${name} reaches above ${largestSimilarity}.`
      return { outcome: 'fails', ...about, reason }
    }
  }
  const figures = networks.map(({ name, found }) => `${show(found)} to ${name}`).join(', ')
  return { outcome: 'passes', ...about, reason: `Similarity ${figures}; from seed to seed ${show(own)}.` }
}

/** How alike a deterministic method's maps are from seed to seed. */
export const deterministic = (n: number): Interval => ({ mean: 1, low: 1, high: 1, n })

export const notTestable = (reason: string): SanityVerdict => ({ outcome: 'not-testable', reason })

const show = ({ mean, low, high }: Interval) =>
  low === high ? figure(mean) : `${figure(mean)} (${figure(low)} to ${figure(high)})`

const figure = (value: number) =>
  value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−')
