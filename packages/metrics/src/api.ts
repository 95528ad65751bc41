import type { Attribution, AttributionMap, ExplainOptions, NDArray, Warning } from '@explainnet/core'

/**
 * What is judged: an attribution, or its map. A plain array has one value a position, `[n, …positions]`, or one an input
 * value, `[n, …]`. Layer maps are upsampled with half-pixel centres; every position of a segment takes its value.
 */
export type Maps = Attribution | AttributionMap | NDArray

/**
 * What becomes of the channels of a map: their sum (signed: evidence for the target, and the total is kept), the sum of
 * their magnitudes, or the largest magnitude. The magnitudes are taken of maps without channels too.
 */
export type ChannelRule = 'sum' | 'sum-absolute' | 'max-absolute'

/** Maps that know nothing of the network: what a real map has to beat. */
export type TrivialName = 'random' | 'centre' | 'edges'

/** A mean with its confidence interval: percentile bootstrap over examples. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** Examples. */
  readonly n: number
}

/** What every metric on maps takes. */
export interface MapOptions {
  /** Default `sum`. */
  readonly channels?: ChannelRule | undefined
  /** Of the random map, and of the order of equal values. Default 0. */
  readonly seed?: number | undefined
  /** The trivial maps to measure beside. Default all that the input allows; `[]` saves their cost. */
  readonly trivial?: readonly TrivialName[] | undefined
}

/** What every metric that runs the network takes. */
export interface MetricOptions
  extends MapOptions,
    Pick<ExplainOptions, 'signal' | 'memory' | 'maxChunk' | 'onProgress' | 'target'> {
  /** The input that the map lies on, for models with several. */
  readonly of?: string | undefined
}

/** A number for each example, and their mean. */
export interface Measured {
  readonly values: readonly number[]
  readonly interval: Interval
}

/** The same figure of a trivial map, and how far the judged map differs from it: mean of the paired differences. */
export interface TrivialMeasured extends Measured {
  readonly difference: Interval
}

/** What every metric gives. JSON. */
export interface MetricResult extends Measured {
  /** The field's name in kebab case: `deletion`. */
  readonly metric: string
  /** In words, with the paper. */
  readonly definition: string
  readonly better: 'higher' | 'lower'
  /** Everything that the number depends on. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly trivial: Readonly<Partial<Record<TrivialName, TrivialMeasured>>>
  readonly warnings: readonly Warning[]
  /** Rows that went through the network. */
  readonly cost: { readonly forward: number; readonly backward: number }
}
