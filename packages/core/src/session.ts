import * as tf from '@tensorflow/tfjs-core'
import type { BaselineRecord, ExplainOptions, LayerInfo, LayerRef, Model, Warning, WarningCode } from './api.ts'
import { ExplainError } from './errors.ts'
import { randomStream } from './random.ts'

/** Thrown through a method when `stop` is reached after a first estimate; never seen by users. */
export class StopEarly extends Error {}

/** What one call of `explain` shares between its task and the tasks derived from it. */
export class Session {
  readonly model: Model
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

  constructor(model: Model, options: ExplainOptions) {
    this.model = model
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
   * Runs one chunk: counts it, measures the first of its kind, and learns how many rows the next may have.
   * `kind` names what runs, since a gradient takes more memory than a score.
   */
  async run<T>(kind: string, rows: number, backward: boolean, pass: () => Promise<T>): Promise<T> {
    this.checkAbort()
    if (this.hasEstimate && this.spent) throw new StopEarly()
    await this.breathe()
    this.checkAbort()
    const began = performance.now()
    const plan = this.plans.get(kind)
    // A black box has its memory elsewhere; everything else runs on tfjs, where the peak can be measured.
    const measured = plan || this.model.kind === 'predict' ? { result: await pass() } : await measurePeak(pass)
    const bytes = 'peak' in measured ? measured.peak / rows : (plan?.bytes ?? 0)
    this.plans.set(kind, { bytes, rows, milliseconds: performance.now() - began })
    this.forward += rows
    if (backward) this.backward += rows
    this.checkAbort()
    return measured.result
  }

  /** Rows for the next chunk: one at first, then doubling while a slice stays short and the memory bound holds. */
  chunkSize(kind: string): number {
    const limit = Math.floor(this.options.maxChunk ?? 256)
    const plan = this.plans.get(kind)
    if (!plan) return 1
    const memory = this.options.memory ?? 2 ** 30
    const fitting = plan.bytes > 0 ? Math.max(1, Math.floor(memory / plan.bytes)) : limit
    const wanted = plan.milliseconds < slice ? plan.rows * 2 : plan.milliseconds < 2 * slice ? plan.rows : plan.rows / 2
    return Math.max(1, Math.min(limit, fitting, Math.floor(wanted)))
  }

  /** Lets timers, input and painting in between slices. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.breathed < 16) return
    await new Promise((resolve) => setTimeout(resolve))
    this.breathed = performance.now()
  }
}

interface Plan {
  readonly bytes: number
  readonly rows: number
  readonly milliseconds: number
}

/** A slice of work, in milliseconds: short enough for a page to stay alive, long enough to fill a batch. */
const slice = 50

async function measurePeak<T>(pass: () => Promise<T>): Promise<{ result: T; peak: number }> {
  const before = tf.memory().numBytes
  let result: T | undefined
  const profile = await tf.profile(async () => {
    result = await pass()
    return [] as unknown as tf.TensorContainer
  })
  return { result: result as T, peak: Math.max(0, (profile.kernels.length > 0 ? profile.peakBytes : before) - before) }
}
