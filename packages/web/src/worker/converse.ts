import { buffersOf, failureOf, type NamedArrays, type NDArray } from '@explainnet/core'
import { memory } from '@tensorflow/tfjs-core'
import { onBackendLost } from '../backend/backend-lost.ts'
import { useBackend } from '../backend/use-backend.ts'
import { createEstimates, type Estimates } from './estimates.ts'
import { explainCall } from './explain.ts'
import type { Call, ExplainCall, FromWorker, Greeting, Results, ToWorker } from './messages.ts'
import { describeMethods, resolveMethod } from './methods.ts'
import { createModels } from './models.ts'
import { predictTop } from './predict.ts'
import { createQueue } from './queue.ts'
import { readInput } from './read-input.ts'
import type { ServeOptions } from './serve.ts'

/** A call under way. */
interface UnderWay {
  readonly id: number
  readonly controller: AbortController
  readonly estimates: Estimates
}

/** Answers one page until it closes the port or goes away: starts the backend, then what it is asked. */
export async function converse(
  port: MessagePort,
  served: ServeOptions,
  { settings, lock }: Extract<Greeting, { explainnet: 'open' }>,
): Promise<void> {
  const { methods, models: servedModels = {}, targets = {} } = served
  const models = createModels(servedModels)
  const inTurn = createQueue()
  const underWay = new Map<number, UnderWay>()
  const post = (message: FromWorker, transfer: readonly Transferable[] = []) => port.postMessage(message, [...transfer])

  const perform = {
    load({ model, source, card, architecture }, { id, controller }) {
      const onProgress = sparingly((done) => post({ kind: 'progress', id, done }))
      // At once: what takes long is the download.
      return models.load(model, source, { card, architecture, signal: controller.signal, onProgress })
    },
    unload: ({ model }, { controller }) => inTurn(controller.signal, async () => void models.unload(model)),
    predict: ({ model: id, input, top }, { controller: { signal } }) =>
      inTurn(signal, async () => {
        const model = models.find(id)
        const { input: arrays } = await readInput(model, input)
        return await predictTop(model, arrays as NDArray | NamedArrays, top, signal)
      }),
    explain: (call, { id, controller: { signal }, estimates }) =>
      inTurn(signal, async () => {
        const onProgress = sparingly((done) => post({ kind: 'progress', id, done }))
        const model = models.find(call.model)
        const method = resolveMethod(methods, call.method)
        const found = explainCall(call, model, method, targets, signal, onProgress)
        for await (const estimate of found) estimates.offer(estimate)
        return estimates.rest()
      }),
    async memory() {
      const { numTensors, numBytes } = memory()
      return { tensors: numTensors, bytes: numBytes }
    },
  } satisfies { [N in Call['name']]: (call: Extract<Call, { name: N }>, way: UnderWay) => Promise<Results[N]> }

  async function answer(id: number, call: Call): Promise<void> {
    const running = (call as ExplainCall).running === true
    const estimates = createEstimates(running, (map) => post({ kind: 'estimate', id, map }, buffersOf(map)))
    const way: UnderWay = { id, controller: new AbortController(), estimates }
    underWay.set(id, way)
    try {
      const result = await (perform[call.name] as (call: Call, way: UnderWay) => Promise<unknown>)(call, way)
      post({ kind: 'done', id, result }, buffersOf(result))
    } catch (error) {
      post({ kind: 'failed', id, failure: failureOf(error) })
    } finally {
      underWay.delete(id)
    }
  }

  let unwatch = () => {}
  let release = () => {}
  function end(): void {
    unwatch()
    for (const { controller } of underWay.values()) controller.abort()
    void inTurn(new AbortController().signal, async () => models.unloadAll())
    port.close()
    release()
  }

  try {
    if (lock) release = await hold(lock)
    const backend = await useBackend(settings.backend ?? served.backend, {
      wasmPaths: settings.wasmPaths ?? served.wasmPaths,
    })
    unwatch = onBackendLost((reason) => post({ kind: 'lost', reason }))
    const names = { models: Object.keys(servedModels), targets: Object.keys(targets) }
    post({ kind: 'opened', opened: { backend, methods: describeMethods(methods), served: names } })
  } catch (error) {
    post({ kind: 'refused', failure: failureOf(error) })
    release()
    return
  }
  port.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if (data.kind === 'call') void answer(data.id, data.call)
    else if (data.kind === 'abort') underWay.get(data.id)?.controller.abort()
    else if (data.kind === 'more') underWay.get(data.id)?.estimates.more()
    else end()
  })
  port.start()
}

/** Gets a lock and gives what releases it; where there are no locks to be had, as in a sandboxed frame, it goes without. */
const hold = (lock: string) =>
  new Promise<() => void>((held) => {
    navigator.locks.request(lock, () => new Promise<void>(held)).catch(() => held(() => {}))
  })

/** Not every step of a method is worth a message. */
function sparingly(report: (done: number) => void): (done: number) => void {
  let last = Number.NEGATIVE_INFINITY
  return (done) => {
    const now = performance.now()
    if (now - last < 50 && done < 1) return
    last = now
    report(done)
  }
}
