/** The worker that explains, on the backend that the reader wants or, where that is not to be had, on another one. */
import { type BackendName, connectExplainer, type Explainer } from '@explainnet/web/page'

export interface Connection {
  readonly explainer: Explainer
  /** Why it is not the backend that was wanted. */
  readonly refusal: string
}

const makeWorker = () => new Worker(new URL('./explain.worker.ts', import.meta.url), { type: 'module' })

export function connect(backend: string): Promise<Connection> {
  return orAuto(backend, (name) => connectExplainer(makeWorker, { backend: name }))
}

/** The models that it had loaded are there again afterwards. */
export function reconnect(explainer: Explainer, backend: string): Promise<Connection> {
  return orAuto(backend, async (name) => {
    await explainer.restart(name)
    return explainer
  })
}

async function orAuto(backend: string, start: (name: BackendName | 'auto') => Promise<Explainer>): Promise<Connection> {
  try {
    return { explainer: await start(backend as BackendName), refusal: '' }
  } catch (error) {
    if (backend === 'auto' || !(error instanceof Error)) throw error
    return { explainer: await start('auto'), refusal: error.message }
  }
}
