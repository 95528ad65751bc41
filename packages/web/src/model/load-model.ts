import type { LoadedModel, ModelCard } from '@explainnet/core'
import { loadFromFiles } from './from-files.ts'
import { loadFromIndexedDB } from './from-indexeddb.ts'
import { loadFromURL } from './from-url.ts'
import { absoluteSource, kept } from './source.ts'

/** A URL (of `model.json`, its folder, or a Keras file), `indexeddb://name`, or files that were dropped or picked. */
export type ModelSource = string | URL | readonly File[]
export interface LoadModelOptions {
  /** In place of the one beside the model. With one, even an empty one, none is asked for. */
  readonly card?: ModelCard | undefined
  /** For a Keras file of weights alone: the JSON that `model.to_json()` wrote. */
  readonly architecture?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Share of the bytes that have come, 0 … 1. */
  readonly onProgress?: ((share: number) => void) | undefined
}

/**
 * Loads a TensorFlow.js LayersModel or GraphModel, 16-bit and quantised weights included, or a Keras file (`.h5`, `.keras`, `.weights.h5`
 * with its `architecture`):
 * - from a URL: of its folder, its `model.json` or the Keras file, with the card beside it (`card.json`, Teachable Machine's
 *   `metadata.json`, `name.card.json` of a Keras file), if there is one. Its `spec` is `{ kind, source }` with the whole address.
 * - from files that were dropped or picked, in any order;
 * - from `indexeddb://name`, where `saveModel` of this package or TensorFlow.js put it.
 * Choose a backend first, by `useBackend`. `dispose` frees the weights.
 *
 * Throws `bad-file` (not there, which names the address and what the server said; a web page in its place; another host that does not
 * allow it; damaged; cut short; a file missing, named), `unsupported-model` (another format: named, with the way to convert it; what
 * TensorFlow.js cannot compute), `bad-option` (weights without architecture), `bad-card` or `aborted`. No tensor is left behind then.
 */
export async function loadModel(source: ModelSource, options: LoadModelOptions = {}): Promise<LoadedModel> {
  const found = absoluteSource(source)
  if (typeof found !== 'string') return loadFromFiles(found as readonly File[], options)
  return found.startsWith(kept) ? loadFromIndexedDB(found, options) : loadFromURL(found, options)
}
