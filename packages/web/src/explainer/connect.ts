import { createAttribution, ExplainError, failureOf } from '@explainnet/core/plain'
import { aborted, untilAborted } from '../aborted.ts'
import type { Explainer, RemoteInput, RemoteMethod, RemoteModel, RemoteOptions } from '../api.ts'
import type { BackendOptions } from '../backend/adapter.ts'
import type { BackendName } from '../backend/use-backend.ts'
import type { ModelSource } from '../model/load-model.ts'
import { absoluteSource } from '../model/source.ts'
import type { Call, ExplainCall, SentAttribution, SentInput } from '../worker/messages.ts'
import { inOrder } from './in-order.ts'
import { latestOf } from './latest.ts'
import { type AskOptions, type Link, type MakeWorker, openLink } from './link.ts'
import { sentInput } from './sent-input.ts'
import { sentMethod } from './sent-method.ts'

export interface ConnectOptions extends BackendOptions {
  /** In place of the one that the worker names. */
  readonly backend?: BackendName | 'auto' | undefined
  /** Ends the wait for the worker. */
  readonly signal?: AbortSignal | undefined
}

/** How a model came to be, so that another worker can load it again. */
type LoadCall = Extract<Call, { name: 'load' }>

/** A worker, and the models that it loaded or is loading. */
interface Generation {
  readonly link: Promise<Link>
  readonly loaded: Map<string, Promise<RemoteModel>>
  /** Ends it. */
  readonly controller: AbortController
  over: boolean
}

/** Ids are not the same in two explainers of a page: a model that went to the wrong one is noticed. */
let models = 0

/**
 * Starts a worker that calls `serveExplainer`, and hands out what the page explains with. The factory is called again by `restart`, and by
 * the first call after the worker died or lost its device. Where workers are not to be had, give a port of a `MessageChannel` whose
 * other port is served in the page. Throws `backend-missing` (the worker or its backend does not start), `aborted`.
 */
export async function connectExplainer(makeWorker: MakeWorker, options: ConnectOptions = {}): Promise<Explainer> {
  const { signal, ...settings } = options
  const kept = new Map<string, LoadCall>()
  const lost: string[] = []
  const enter = inOrder()
  let { backend } = settings
  let closed = false

  function start(): Generation {
    const controller = new AbortController()
    const generation: Generation = {
      controller,
      loaded: new Map(),
      over: false,
      link: openLink(makeWorker, { ...settings, backend }, controller.signal, (reason) => {
        generation.over = true
        lost.push(reason)
      }),
    }
    generation.link.then(
      (link) => {
        opened = link.opened
      },
      () => {
        generation.over = true
      },
    )
    return generation
  }

  function current(): Generation {
    if (closed) throw wasClosed()
    if (generation.over) generation = start()
    return generation
  }

  /** Loads a model again where the worker is another one than that which loaded it. */
  function loadedBy(generation: Generation, id: string): Promise<RemoteModel> {
    const call = kept.get(id)
    if (!call) throw unknownModel()
    const known = generation.loaded.get(id)
    if (known) return known
    const loading = generation.link.then((link) => link.ask(call))
    loading.catch(() => generation.loaded.delete(id))
    generation.loaded.set(id, loading)
    return loading
  }

  /** Asks for what a model shall do with an input. */
  async function ask<C extends Extract<Call, { model: string }>>(
    model: RemoteModel,
    input: RemoteInput,
    call: (input: SentInput) => C,
    options: AskOptions,
  ) {
    const generation = current()
    const ready = Promise.all([generation.link, sentInput(input), loadedBy(generation, model.id)])
    const [link, sent] = await untilAborted(enter(ready), options.signal, aborted)
    return await link.ask(call(sent.input), { ...options, transfer: sent.transfer })
  }

  const explaining = (model: RemoteModel, method: RemoteMethod, options: RemoteOptions, running: boolean) => {
    const { target, space, seed, memory, stop } = options
    const sent = sentMethod(method)
    return (input: SentInput): ExplainCall => ({
      name: 'explain',
      model: model.id,
      input,
      method: sent,
      options: { target, space, seed, memory, stop },
      running,
    })
  }

  let opened!: Link['opened']
  let generation = start()
  const stop = () => generation.controller.abort(aborted(signal))
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop)
  try {
    await generation.link
  } finally {
    signal?.removeEventListener('abort', stop)
  }

  return {
    get backend() {
      return opened.backend
    },
    get methods() {
      return opened.methods
    },
    get served() {
      return opened.served
    },
    get lost() {
      return [...lost]
    },

    async load(source, { card, architecture, signal, onProgress } = {}) {
      const generation = current()
      const id = `model-${++models}`
      const isServed = typeof source === 'string' && opened.served.models.includes(source)
      const sent = isServed ? { served: source } : (absoluteSource(source) as Exclude<ModelSource, URL>)
      const call: LoadCall = { name: 'load', model: id, source: sent, card, architecture }
      const link = await untilAborted(generation.link, signal, aborted)
      const loading = link.ask(call, { signal, onProgress })
      const model = await loading.catch((error) => {
        throw isServed ? error : namingServed(error, opened.served.models)
      })
      generation.loaded.set(id, loading)
      kept.set(id, call)
      return model
    },

    async predict(model, input, { top = 5, signal } = {}) {
      return await ask(model, input, (input) => ({ name: 'predict', model: model.id, input, top }), { signal })
    },

    async explain(model, input, method, options = {}) {
      const call = explaining(model, method, options, false)
      const { signal, onProgress } = options
      return attributionOf((await ask(model, input, call, { signal, onProgress }))!)
    },

    async *stream(model, input, method, options = {}) {
      const left = new AbortController()
      const { onProgress } = options
      const signal = AbortSignal.any([left.signal, ...(options.signal ? [options.signal] : [])])
      const call = explaining(model, method, options, true)
      const estimates = latestOf<SentAttribution>((onEstimate) =>
        ask(model, input, call, { signal, onProgress, onEstimate }),
      )
      try {
        for await (const estimate of estimates) yield attributionOf(estimate)
      } finally {
        left.abort()
      }
    },

    async memory() {
      return await (await current().link).ask({ name: 'memory' })
    },

    async unload({ id }) {
      const { link, loaded } = current()
      kept.delete(id)
      if (loaded.delete(id)) await (await link).ask({ name: 'unload', model: id })
    },

    async restart(wanted) {
      if (closed) throw wasClosed()
      if (wanted) backend = wanted
      generation.controller.abort(new ExplainError('aborted', 'The worker was started anew.', 'Ask again.'))
      generation = start()
      await generation.link
      await Promise.all([...kept.keys()].map((id) => loadedBy(generation, id)))
    },

    close() {
      closed = true
      generation.controller.abort(wasClosed())
    },
  }
}

const attributionOf = ({ maps, extras, certificate }: SentAttribution) => createAttribution(maps, extras, certificate)

/** What is no address may have been meant for the name of a model that the worker serves. */
function namingServed(error: unknown, served: readonly string[]): unknown {
  const failure = failureOf(error)
  if (!('code' in failure) || failure.code !== 'bad-file' || served.length === 0) return error
  const cure = `${failure.cure} Or name one of the worker's own: ${served.join(', ')}.`
  return new ExplainError('bad-file', failure.what, cure, { cause: error })
}

const unknownModel = () =>
  new ExplainError('unsupported-model', 'This explainer has not loaded that model.', 'Load it first, by `load`.')

const wasClosed = () => new ExplainError('aborted', 'The explainer was closed.', 'Connect to a worker again.')
