import type { Explainer, RemoteModel } from '../../api.ts'
import type { ModelSource } from '../../model/load-model.ts'

interface Loading {
  readonly model: Promise<RemoteModel>
  readonly listeners: Set<(share: number) => void>
  readonly abort: AbortController
  users: number
}

// Elements of a page that show the same model load it once.
const loadings = new WeakMap<Explainer, Map<string, Loading>>()

/** Loads a model, or joins those who load it or have it already. `drop` frees it when nobody uses it any more. */
export function borrowModel(
  explainer: Explainer,
  source: ModelSource,
  onProgress: (share: number) => void,
): { readonly value: Promise<RemoteModel>; readonly drop: () => void } {
  const ofExplainer = loadings.get(explainer) ?? new Map<string, Loading>()
  loadings.set(explainer, ofExplainer)
  const key = typeof source === 'string' || source instanceof URL ? String(source) : undefined
  const loading = (key !== undefined && ofExplainer.get(key)) || load(explainer, source)
  if (key !== undefined) {
    ofExplainer.set(key, loading)
    const forget = () => {
      if (ofExplainer.get(key) === loading) ofExplainer.delete(key)
    }
    loading.model.catch(forget)
    loading.abort.signal.addEventListener('abort', forget)
  }
  loading.users++
  loading.listeners.add(onProgress)
  return {
    value: loading.model,
    drop() {
      loading.listeners.delete(onProgress)
      loading.users--
      if (loading.users > 0) return
      loading.abort.abort()
      // A model that the worker serves is the worker's own.
      if (key !== undefined && explainer.served.models.includes(key)) return
      loading.model.then((model) => explainer.unload(model)).catch(() => {})
    },
  }
}

function load(explainer: Explainer, source: ModelSource): Loading {
  const abort = new AbortController()
  const listeners = new Set<(share: number) => void>()
  const model = explainer.load(source, {
    signal: abort.signal,
    onProgress: (share) => {
      for (const listener of listeners) listener(share)
    },
  })
  return { model, listeners, abort, users: 0 }
}
