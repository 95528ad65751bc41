/**
 * A page needs nothing else: `<script type="module" src="…/explain-net.js">` defines `<explain-net>`, with every method in a worker.
 * The other files of this folder lie beside it.
 */

import { defineExplainNet } from '@explainnet/web/element'
import { connectExplainer, type Explainer } from '@explainnet/web/page'
import { failedStart, startWorker } from './start-worker.ts'

export { defineExplainNet, ExplainNetElement, type ExplainNetEvents } from '@explainnet/web/element'
export { connectExplainer, type Explainer } from '@explainnet/web/page'

/** A worker of this bundle with every method: what `<explain-net>` computes in. */
export async function connect(): Promise<Explainer> {
  const worker = new URL('explain-net-worker.js', import.meta.url)
  try {
    return await connectExplainer(() => startWorker(worker), { wasmPaths: new URL('wasm/', import.meta.url).href })
  } catch (cause) {
    throw failedStart(worker, cause)
  }
}

defineExplainNet({ connect })
