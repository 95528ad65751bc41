import type {
  BaselineRecord,
  ExplainOptions,
  LayeredModel,
  LayerInfo,
  LayerRef,
  Model,
  Warning,
  WarningCode,
} from './api.ts'
import { ExplainError } from './errors.ts'
import { nextTask } from './next-task.ts'
import { measurePeak } from './peak.ts'
import { randomStream } from './random.ts'

/** Thrown through a method when `stop` is reached after a first estimate; never seen by users. */
export class StopEarly extends Error {}

/** What one call of `explain` shares between its task and the tasks derived from it. */
export class Session {
  /** It may be less: what a method may use of it follows from what it needs, and `explain` has checked that. */
  readonly model: LayeredModel
  readonly seed: number
  readonly signal: AbortSignal
  readonly warnings: Warning[] = []
  readonly baselines: BaselineRecord[] = []
  readonly started = performance.now()
  readonly options: ExplainOptions
  layer: (LayerInfo & LayerRef) | undefined
  forward = 0
  backward = 0
  /** A first estimate was yielded, so there is something to stop with. */
  hasEstimate = false
  private readonly plans = new Map<string, Plan>()
  private breathed = performance.now()
  /** Passes that may start now, and those that wait for one to end. */
  private room: number
  private readonly waiting: (() => void)[] = []

  constructor(model: Model, options: ExplainOptions) {
    this.model = model as LayeredModel
    this.room = model.concurrency || 1
    this.options = options
    this.seed = options.seed ?? 0
    this.signal = options.signal ?? new AbortController().signal
    if (!Number.isSafeInteger(this.seed) || this.seed < 0) {
      throw new ExplainError('bad-option', `The seed is ${options.seed}.`, 'It must be a whole number from 0.')
    }
    for (const name of ['memory', 'maxChunk'] as const) {
      const value = options[name]
      if (value !== undefined && !(value >= 1)) {
        throw new ExplainError('bad-option', `${name} is ${value}.`, 'It must be at least 1.')
      }
    }
  }

  random(path: readonly number[]) {
    return randomStream(this.seed, ...path)
  }

  warn(code: WarningCode, message: string, example?: number): void {
    const known = this.warnings.some((w) => w.code === code && w.message === message && w.example === example)
    if (!known) this.warnings.push({ code, message, ...(example === undefined ? {} : { example }) })
  }

  get milliseconds(): number {
    return performance.now() - this.started
  }

  checkAbort(): void {
    if (!this.signal.aborted) return
    throw new ExplainError('aborted', 'The explanation was aborted.', 'Start it again to get a map.', {
      cause: this.signal.reason,
    })
  }

  /** Whether the budget of `stop` is used up. */
  get spent(): boolean {
    const { passes, milliseconds } = this.options.stop ?? {}
    return (
      (passes !== undefined && this.forward >= passes) ||
      (milliseconds !== undefined && this.milliseconds >= milliseconds)
    )
  }

  /**
   * Runs one chunk when the model has room for it: counts it, measures the first of its kind, and learns how many rows the
   * next may have. `kind` names what runs, since a gradient takes more memory than a score.
   */
  async run<T>(kind: string, rows: number, backward: boolean, pass: (model: LayeredModel) => Promise<T>): Promise<T> {
    await this.breathe()
    await this.enter()
    try {
      this.checkAbort()
      if (this.hasEstimate && this.spent) throw new StopEarly()
      this.forward += rows
      if (backward) this.backward += rows
      const began = performance.now()
      const known = this.plans.get(kind)
      const { result, peakBytes } = known ? { result: await pass(this.model), peakBytes: 0 } : await this.measure(pass)
      const bytes = Math.max(this.plans.get(kind)?.bytes ?? 0, peakBytes / rows)
      this.plans.set(kind, { bytes, rows, milliseconds: performance.now() - began })
      this.checkAbort()
      return result
    } finally {
      this.leave()
    }
  }

  private async measure<T>(pass: (model: LayeredModel) => Promise<T>): Promise<{ result: T; peakBytes: number }> {
    if (!this.model.measured) return measurePeak(() => pass(this.model))
    let peakBytes = 0
    const measured = this.model.measured((bytes) => {
      peakBytes = Math.max(peakBytes, bytes)
    })
    return { result: await pass(measured as LayeredModel), peakBytes }
  }

  /** Rows for the next chunk: one at first, then doubling while a slice stays short and the memory bound holds. */
  chunkSize(kind: string): number {
    const limit = Math.floor(this.options.maxChunk ?? 256)
    const plan = this.plans.get(kind)
    if (!plan) return 1
    const memory = this.options.memory ?? 2 ** 30
    const fitting = plan.bytes > 0 ? Math.max(1, Math.floor(memory / plan.bytes)) : limit
    const slice = this.model.concurrency ? sliceElsewhere : sliceHere
    const wanted = plan.milliseconds < slice ? plan.rows * 2 : plan.milliseconds < 2 * slice ? plan.rows : plan.rows / 2
    return Math.max(1, Math.min(limit, fitting, Math.floor(wanted)))
  }

  private async enter(): Promise<void> {
    if (this.room > 0) this.room -= 1
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  private leave(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.room += 1
  }

  /** Lets messages, timers, input and painting in between slices. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.breathed < 16) return
    await nextTask()
    this.breathed = performance.now()
  }
}

interface Plan {
  readonly bytes: number
  readonly rows: number
  readonly milliseconds: number
}

/** A slice of work in this thread, in milliseconds: short enough for a page to stay alive, long enough to fill a batch. */
const sliceHere = 50
/** Where it keeps no page waiting: short enough to stop soon. */
const sliceElsewhere = 200
