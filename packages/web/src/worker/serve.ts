import type { BackendOptions } from '../backend/adapter.ts'
import type { BackendName } from '../backend/use-backend.ts'
import { converse } from './converse.ts'
import type { ServedTargets } from './explain.ts'
import type { Greeting } from './messages.ts'
import type { ServedMethods } from './methods.ts'
import type { ServedModels } from './models.ts'

export interface ServeOptions extends BackendOptions {
  /**
   * What pages may ask for by name: `{ 'grad-cam': gradCam, 'smooth-grad': (options) => smoothGrad(saliency(), options) }`. They are
   * described by calling each with `{}`.
   */
  readonly methods: ServedMethods
  /** Models that are made here, such as black boxes, by name; called when a page loads one. Freed by their `dispose`, if there is one. */
  readonly models?: ServedModels | undefined
  /** Function targets, which cannot cross to a worker, by name. */
  readonly targets?: ServedTargets | undefined
  /** Unless the page asks for another. Default `auto`. */
  readonly backend?: BackendName | 'auto' | undefined
}

/** A worker's own scope, or one end of a message channel. */
export interface ServeScope {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  /** Of ports. */
  start?(): void
}

/**
 * Serves explanations to the page that `connectExplainer`s to this worker. Call it once, at the top of the worker's module. Each page
 * has its own models; calls are computed in turn.
 */
export function serveExplainer(options: ServeOptions, scope: ServeScope = self): void {
  const ready: Greeting = { explainnet: 'ready' }
  scope.addEventListener('message', ({ data, ports }: MessageEvent<Greeting | undefined>) => {
    if (data?.explainnet === 'hello') scope.postMessage(ready)
    else if (data?.explainnet === 'open' && ports[0]) void converse(ports[0], options, data)
  })
  scope.start?.()
  scope.postMessage(ready)
}
