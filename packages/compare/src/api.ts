import type { AttributionMethod, ExplainOptions, NDArray, Need } from '@explainnet/core'
import type { Interval, SanityVerdict } from '@explainnet/metrics'

/** A method that is compared, ours or anyone's. */
export interface ComparedMethod {
  /** Unique in a comparison. */
  readonly name: string
  /** As figures call it. */
  readonly title: string
  readonly method: AttributionMethod<Need>
}

/** What a comparison may cost. What comes first ends it. */
export interface Budget {
  /** Rows through the network, forward and backward alike. Default 60,000 if no time is given. */
  readonly passes?: number | undefined
  /** Wall-clock time, milliseconds: what fits then depends on the machine. A method is begun if it is thought to fit, and then finished. */
  readonly milliseconds?: number | undefined
}

/** Where measurements are kept, so that a comparison that was stopped goes on. Values are JSON. */
export interface MeasurementStore {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
}

export interface CompareOptions extends Pick<ExplainOptions, 'target' | 'seed' | 'signal' | 'memory' | 'maxChunk'> {
  readonly budget?: Budget | undefined
  /** `[n, …positions]`: not 0 where the answer is known to lie. Relevance on it then counts too. */
  readonly masks?: NDArray | undefined
  /** The class that each example shows. Then the network is held to them first. */
  readonly labels?: readonly number[] | undefined
  readonly store?: MeasurementStore | undefined
  /** `share` of the whole, 0 … 1, and what is being done. */
  readonly onProgress?: ((share: number, text: string) => void) | undefined
}

/** The figures that methods are ranked by. */
export type RankedMetric =
  | 'deletion'
  | 'insertion'
  | 'scaled-infidelity'
  | 'relevance-effect'
  | 'relevance-mass-accuracy'

/** A figure of one method over the examples. */
export interface MetricFigure extends Interval {
  /** Less (or, where lower is better, more) than that of a random map by: positive is better than chance. */
  readonly overRandom?: Interval | undefined
}

export type Outcome =
  /** Measured and ranked. */
  | 'ranked'
  /** Failed the sanity check. */
  | 'insane'
  /** The same everywhere on most examples. */
  | 'constant'
  /** Did not fit the budget. */
  | 'left-out'
  /** Threw an error. */
  | 'failed'

export interface MethodReport {
  readonly name: string
  readonly title: string
  readonly outcome: Outcome
  /** Why, in words. */
  readonly reason: string
  readonly sanity?: SanityVerdict | undefined
  readonly figures: Readonly<
    Partial<Record<RankedMetric | 'average-drop' | 'increase' | 'max-sensitivity', MetricFigure>>
  >
  /** Of one map. */
  readonly cost?: { readonly passes: number; readonly milliseconds: number } | undefined
  /** Rows that this comparison spent on it. */
  readonly passes: number
}

export interface Ranked {
  readonly name: string
  readonly title: string
  /** Of the metrics' ranks, averaged, among the ranked methods; 1 is best. */
  readonly meanRank: Interval
  /** Share of bootstrap resamples of the examples in which it came first. */
  readonly first: number
  /** The metrics on which it is better than a random map, the interval of the difference leaving out 0. */
  readonly overRandom: readonly RankedMetric[]
  /** Its mean rank less that of the best; 0 for the best. The interval leaves out 0 where it is worse. */
  readonly behind: Interval
}

/** What the network knows of the examples, without which there is nothing to explain. */
export interface NetworkCheck {
  /** `untested`: there is nothing to hold it to. */
  readonly outcome: 'knows' | 'knows-nothing' | 'untested'
  readonly reason: string
  /** Bits: how much its predictions tell the examples apart, and the same of its randomised copies. */
  readonly information?: { readonly network: number; readonly copies: readonly number[] } | undefined
  readonly accuracy?: { readonly share: number; readonly low: number; readonly chance: number } | undefined
}

/** JSON. */
export interface Comparison {
  readonly model: { readonly kind: string; readonly name?: string | undefined; readonly sha256?: string | undefined }
  readonly examples: number
  readonly seed: number
  readonly budget: {
    readonly passes?: number | undefined
    readonly milliseconds?: number | undefined
    readonly spent: number
  }
  /** How much of the examples each check took. */
  readonly plan: {
    readonly sanityExamples: number
    readonly copies: number
    readonly robustnessExamples: number
    readonly perturbations: number
  }
  readonly network: NetworkCheck
  readonly metrics: readonly RankedMetric[]
  readonly methods: readonly MethodReport[]
  /** Best first. */
  readonly ranking: readonly Ranked[]
  /** Kendall's W, 0 … 1: how far the metrics agree on the order. Absent under two methods. */
  readonly agreement?: number | undefined
  /** The share of its resamples in which the first of the ranking came first, and each metric's own best. */
  readonly stability?:
    | { readonly first: number; readonly byMetric: Readonly<Partial<Record<RankedMetric, string>>> }
    | undefined
  /** The method to use, or why there is none. */
  readonly recommendation: {
    readonly method?: string | undefined
    readonly text: string
    readonly reasons: readonly string[]
    readonly limits: readonly string[]
  }
}
