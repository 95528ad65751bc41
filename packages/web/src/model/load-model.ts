import type { ModelCard } from '@explainnet/core'

/** A URL (of `model.json`, its folder, or a Keras file), `indexeddb://name`, or files that were dropped or picked. */
export type ModelSource = string | URL | readonly File[]
export interface LoadModelOptions {
  readonly card?: ModelCard | undefined
  /** For a Keras file of weights alone: the JSON that `model.to_json()` wrote. */
  readonly architecture?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Share of the bytes that have come, 0 … 1. */
  readonly onProgress?: ((share: number) => void) | undefined
}
