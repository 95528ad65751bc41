import { fileURLToPath } from 'node:url'
import { SHARE_ENV } from 'node:worker_threads'
import { buffersOf, copyOf, type ErrorCode, ExplainError, errorOf } from '@explainnet/core'
import { Piscina } from 'piscina'
import { join, part, rowsOf } from './halves.ts'
import type { Answer, PassRequest, Request, Results, WorkerSettings } from './messages.ts'

/** A row whose worker died so often is taken for the cause. */
const mostDeaths = 3

export interface Workers {
  /** What a free worker answers. A worker is started when all others are busy, up to the number given. */
  ask<R extends Request>(request: R, report?: (peakBytes: number) => void): Promise<Results[R['pass']]>
  close(): Promise<void>
}

/**
 * Workers with one backend and one model each. One that dies is replaced and its pass run again: whole, or in halves where the
 * backend was lost, as it is when memory runs out; so many rows are then not sent again. Throws what the worker threw, `backend-lost`
 * after three deaths over one pass, and `aborted` once closed.
 */
export function startWorkers(settings: WorkerSettings, count: number): Workers {
  const fromSource = import.meta.url.endsWith('.ts')
  const pool = new Piscina<Request, Answer>({
    filename: fileURLToPath(new URL(fromSource ? './worker.ts' : './pool-worker.js', import.meta.url)),
    ...(fromSource ? { execArgv: ['--conditions=source'] } : {}),
    workerData: settings,
    // What a copy is told of how much to log does not reach native code.
    env: SHARE_ENV,
    minThreads: 1,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    // A worker that waits in Atomics.wait cannot run what its backend has yet to do.
    atomics: 'disabled',
  })
  let closed = false
  /** Why a worker died that had no work: another is started when there is some. */
  let idleDeath: unknown = 'a worker ended while it started'
  pool.on('error', (error) => {
    idleDeath = error
  })
  /** Ends the wait of requests. They wait for ever where the last worker dies while it starts: the library starts no other. */
  const waiting = new Set<(cause: unknown) => void>()
  pool.on('workerDestroy', () => {
    queueMicrotask(() => {
      if (pool.threads.length === 0) for (const end of waiting) end(idleDeath)
    })
  })
  /** The most rows that fit a worker's memory, where that was found out. */
  const fitting = new Map<string, number>()

  async function once(request: Request): Promise<Answer> {
    if (closed) throw wasClosed()
    const own = copyOf(request)
    let end: ((cause: unknown) => void) | undefined
    const ended = new Promise<never>((_, reject) => {
      end = reject
      waiting.add(reject)
    })
    try {
      return await Promise.race([pool.run(own, { transferList: buffersOf(own) }), ended])
    } catch (cause) {
      throw closed ? wasClosed() : new Died(cause)
    } finally {
      waiting.delete(end!)
    }
  }

  async function pass(request: PassRequest, report: ((peakBytes: number) => void) | undefined): Promise<unknown> {
    const rows = rowsOf(request)
    const most = fitting.get(kindOf(request)) ?? rows
    if (rows > most) return await inTwo(request, most, report)
    for (let death = 1; ; death++) {
      try {
        const answer = await once(request)
        if ('failure' in answer) throw errorOf(answer.failure)
        if (answer.peakBytes !== undefined) report?.(answer.peakBytes)
        return answer.result
      } catch (error) {
        if (!(error instanceof Died)) throw error
        if (error.code === 'backend-lost' && rows > 1) {
          const half = Math.ceil(rows / 2)
          fitting.set(kindOf(request), half)
          return await inTwo(request, half, report)
        }
        if (death === mostDeaths) throw diedAgain(rows, error)
      }
    }
  }

  async function inTwo(request: PassRequest, at: number, report: ((peakBytes: number) => void) | undefined) {
    const first = await pass(part(request, 0, at), report)
    return join(first, await pass(part(request, at, rowsOf(request)), report))
  }

  return {
    async ask(request, report) {
      if ('inputs' in request) return (await pass(request, report)) as never
      const answer = await once(request).catch((error) => {
        throw error instanceof Died ? diedAgain(0, error) : error
      })
      if ('failure' in answer) throw errorOf(answer.failure)
      return answer.result as never
    },
    async close() {
      closed = true
      await pool.destroy()
    },
  }
}

/** A worker's end, by its backend's loss (with its code) or by whatever else. */
class Died extends Error {
  readonly code: ErrorCode | undefined
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.code = (cause as { code?: ErrorCode }).code
  }
}

const kindOf = (request: PassRequest) => `${request.pass}${'rule' in request && request.rule ? ' with rule' : ''}`

const diedAgain = (rows: number, { message, cause }: Died) =>
  new ExplainError(
    'backend-lost',
    `A worker died${rows ? ` ${mostDeaths} times over the same ${rows === 1 ? 'row' : `${rows} rows`}` : ''}: ${message}`,
    'Load the model in this thread to see why, or use fewer workers.',
    { cause },
  )

const wasClosed = () =>
  new ExplainError('aborted', 'The model pool was closed.', 'Close it when the last explanation is done.')
