import type { ModelCard } from '@explainnet/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A row of the tables. */
export interface Network {
  /** The word for `--only` and in the results' keys. */
  readonly name: string
  readonly title: string
  /** Of one example. */
  readonly shape: readonly number[]
  /** Lowest and highest value of an input, for random ones. */
  readonly range: readonly [number, number]
  readonly card: ModelCard
  /** Builds the topology; the weights are still tfjs-layers' own. */
  build(): LayersModel
  /** Where the real weights are, in the folder that EXPLAINNET_DATA names: a Keras 2 file. Random ones otherwise. */
  readonly weights?: string
  /** Where real images are, in the folder that EXPLAINNET_DATA names: a folder for each class. Noise otherwise. */
  readonly images?: string
}
