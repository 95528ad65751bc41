/**
 * A page needs nothing else: `<script type="module" src="…/explain-net.js">` defines `<explain-net>`, with every method in a worker.
 * The other files of this folder lie beside it.
 */
import { connectExplainer, type Explainer } from '@explainnet/web'
import { defineExplainNet } from '@explainnet/web/element'
import { startWorker } from './start-worker.ts'

export { connectExplainer, type Explainer } from '@explainnet/web'
export { defineExplainNet, ExplainNetElement, type ExplainNetEvents } from '@explainnet/web/element'

/** A worker of this bundle with every method: what `<explain-net>` computes in. */
export const connect = (): Promise<Explainer> =>
  connectExplainer(() => startWorker(new URL('explain-net-worker.js', import.meta.url)), {
    wasmPaths: new URL('wasm/', import.meta.url).href,
  })

defineExplainNet({ connect })
