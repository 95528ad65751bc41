/**
 * For pages that have TensorFlow.js by an import map: everything of `explainnet`, and `<explain-net>`, which computes in the page's own
 * thread, for import maps do not reach workers.
 */
import { connectExplainer, type Explainer } from '@explainnet/web'
import { defineExplainNet } from '@explainnet/web/element'
import { type ServeOptions, serveExplainer } from '@explainnet/web/worker'
import { servedMethods } from '../served-methods.ts'

export * from '@explainnet/web'
export * from '@explainnet/web/element'
export * from '../index.ts'

/**
 * An explainer in the page's own thread, with every method: for models and functions that the page has made with its own TensorFlow.js
 * (`models`, `targets`). Long explanations hold up the page.
 */
export function connectInPage(options: Partial<ServeOptions> = {}): Promise<Explainer> {
  const wasmPaths = new URL('wasm/', import.meta.url).href
  return connectExplainer(() => {
    const { port1, port2 } = new MessageChannel()
    serveExplainer({ methods: servedMethods, wasmPaths, ...options }, port1)
    return port2
  })
}

defineExplainNet({ connect: connectInPage })
