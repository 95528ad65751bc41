import { ExplainError, errorOf } from '@explainnet/core/plain'
import { aborted } from '../aborted.ts'
import type {
  Call,
  FromWorker,
  Greeting,
  Opened,
  Results,
  SentAttribution,
  Settings,
  ToWorker,
} from '../worker/messages.ts'

export type MakeWorker = () => Worker | MessagePort

export interface AskOptions {
  readonly transfer?: readonly Transferable[] | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number) => void) | undefined
  /** `more` asks for the next. */
  readonly onEstimate?: ((map: SentAttribution, more: () => void) => void) | undefined
}

/** The life of one worker, from its start to its end. */
export interface Link {
  readonly opened: Opened
  ask<C extends Call>(call: C, options?: AskOptions): Promise<Results[C['name']]>
}

interface UnderWay extends AskOptions {
  resolve(result: unknown): void
  reject(error: unknown): void
}

/**
 * Starts a worker and opens a conversation with it, over a port of its own. `signal` ends both. When the worker comes to an end by itself
 * once it was open, `onLost` is told why; calls under way fail either way, with the reason of the signal or `backend-lost`.
 */
export function openLink(
  makeWorker: MakeWorker,
  settings: Settings,
  signal: AbortSignal,
  onLost: (reason: string) => void,
): Promise<Link> {
  const { port1: port, port2: itsPort } = new MessageChannel()
  const underWay = new Map<number, UnderWay>()
  const over = new AbortController()
  // Not to be had in pages that came without encryption.
  const lock = globalThis.navigator.locks ? `explainnet ${crypto.randomUUID()}` : undefined
  let calls = 0

  return new Promise<Link>((resolve, reject) => {
    let opened = false
    function end(why: unknown): void {
      if (over.signal.aborted) return
      over.abort(why)
      post({ kind: 'close' })
      port.close()
      if (worker && 'terminate' in worker) worker.terminate()
      else worker?.close()
      for (const call of underWay.values()) call.reject(why)
      reject(why)
    }
    /** It ended by itself. */
    function die(what: string): void {
      end(opened ? lost(what) : notStarted(what))
      if (opened) onLost(what)
    }
    const post = (message: ToWorker, transfer: readonly Transferable[] = []) => port.postMessage(message, [...transfer])

    /** A worker that ends, of its own or for want of memory, says nothing; but its lock is free then. */
    function watch(lock: string): void {
      const waiting = navigator.locks.request(lock, { signal: over.signal }, () => die('It ended by itself.'))
      // Refused where the wait is over.
      waiting.catch(() => undefined)
    }

    let worker: Worker | MessagePort | undefined
    if (signal.aborted) return end(signal.reason)
    signal.addEventListener('abort', () => end(signal.reason), { signal: over.signal })
    try {
      worker = makeWorker()
    } catch (cause) {
      return die(`It could not be made: ${cause instanceof Error ? cause.message : cause}`)
    }

    const on = worker as Worker
    on.addEventListener(
      'error',
      (event) => {
        event.preventDefault()
        die(event.message || 'Its script could not be loaded, or the page does not allow it.')
      },
      { signal: over.signal },
    )
    let greeted = false
    on.addEventListener(
      'message',
      ({ data }: MessageEvent<Greeting | undefined>) => {
        if (greeted || data?.explainnet !== 'ready') return
        greeted = true
        on.postMessage({ explainnet: 'open', settings, lock } satisfies Greeting, [itsPort])
      },
      { signal: over.signal },
    )
    if ('start' in worker) worker.start()
    on.postMessage({ explainnet: 'hello' } satisfies Greeting)

    port.addEventListener('messageerror', () => die('What it sent could not be read.'))
    port.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === 'opened') {
        opened = true
        if (lock) watch(lock)
        resolve({ opened: data.opened, ask })
      } else if (data.kind === 'refused') end(errorOf(data.failure))
      else if (data.kind === 'lost') die(data.reason)
      else hear(data, underWay.get(data.id))
    })
    port.start()

    function hear(message: Extract<FromWorker, { id: number }>, call: UnderWay | undefined): void {
      if (message.kind === 'progress') call?.onProgress?.(message.done)
      else if (message.kind === 'estimate')
        call?.onEstimate?.(message.map, () => post({ kind: 'more', id: message.id }))
      else if (message.kind === 'done') call?.resolve(message.result)
      else {
        const { failure } = message
        // Its tensors are gone, so it is of no use to the other calls either.
        if ('code' in failure && failure.code === 'backend-lost') die(failure.what)
        else call?.reject(errorOf(failure))
      }
    }

    function ask<C extends Call>(call: C, options: AskOptions = {}): Promise<Results[C['name']]> {
      const { transfer, signal } = options
      const id = calls++
      return new Promise<never>((resolveCall, rejectCall) => {
        if (over.signal.aborted) return rejectCall(over.signal.reason)
        if (signal?.aborted) return rejectCall(aborted(signal))
        const onAbort = () => {
          post({ kind: 'abort', id })
          settled(rejectCall)(aborted(signal))
        }
        const settled =
          <T>(settle: (value: T) => void) =>
          (value: T) => {
            underWay.delete(id)
            signal?.removeEventListener('abort', onAbort)
            settle(value)
          }
        signal?.addEventListener('abort', onAbort)
        underWay.set(id, { ...options, resolve: settled(resolveCall as () => void), reject: settled(rejectCall) })
        try {
          post({ kind: 'call', id, call }, transfer)
        } catch (cause) {
          settled(rejectCall)(notTransferable(cause))
        }
      })
    }
  })
}

const ending = (what: string) => (/[.!?]$/.test(what) ? what : `${what}.`)

const notStarted = (what: string) =>
  new ExplainError(
    'backend-missing',
    `The worker did not start. ${ending(what)}`,
    "Check the worker's address, that its module calls serveExplainer, and the page's Content-Security-Policy.",
  )

const lost = (what: string) =>
  new ExplainError(
    'backend-lost',
    `The worker was lost. ${ending(what)}`,
    'Ask again: it is started anew, and its models are loaded again.',
  )

const notTransferable = (cause: unknown) =>
  new ExplainError(
    'not-transferable',
    `What was given cannot cross to a worker${cause instanceof Error ? ` (${cause.message})` : ''}.`,
    'Give plain data: functions, tensors and elements stay in the page.',
    { cause },
  )
