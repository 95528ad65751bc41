import { type Attribution, ExplainError } from '@explainnet/core/plain'
import { untilAborted } from '../../aborted.ts'
import type { Explainer, MethodDescription, RemoteModel } from '../../api.ts'
import { type Picture, readPicture } from '../picture/read-picture.ts'
import type { Progress, Settings } from '../state.ts'
import { asExplainError } from './as-explain-error.ts'
import { Kept } from './kept.ts'
import { borrowModel } from './shared-models.ts'

/** What the runner tells its element. */
export interface RunnerListener {
  changed(progress: Progress): void
  started(): void
  estimate(attribution: Attribution, done: number): void
  done(attribution: Attribution): void
  failed(error: ExplainError): void
}

const nothing: Progress = {
  activity: 'waiting',
  share: undefined,
  error: undefined,
  explainer: undefined,
  model: undefined,
  picture: undefined,
  predictions: [],
  method: '',
  attribution: undefined,
}

/** Brings explainer, model and picture together and explains; a new run ends the one before it. Knows no DOM. */
export class Runner {
  readonly #listener: RunnerListener
  readonly #connect: () => Promise<Explainer>
  readonly #model = new Kept<RemoteModel>()
  readonly #picture = new Kept<Picture>()
  #progress = nothing
  #run: AbortController | undefined

  constructor(connect: () => Promise<Explainer>, listener: RunnerListener) {
    this.#connect = connect
    this.#listener = listener
  }

  get progress(): Progress {
    return this.#progress
  }

  async run(settings: Settings): Promise<Attribution> {
    this.#run?.abort()
    const run = new AbortController()
    this.#run = run
    const lack = lackOf(settings)
    if (!lack) this.#listener.started()
    try {
      const attribution = await this.#explain(settings, run.signal, lack)
      this.#change({ activity: 'done', share: 1, attribution })
      this.#listener.done(attribution)
      return attribution
    } catch (cause) {
      const error = asExplainError(cause)
      // A run that another one replaced has nothing to say any more.
      if (this.#run === run) this.#end(error, lack)
      throw error
    } finally {
      if (this.#run === run) this.#run = undefined
    }
  }

  #end(error: ExplainError, lack: ExplainError | undefined): void {
    const quiet = error === lack ? 'waiting' : error.code === 'aborted' ? 'cancelled' : undefined
    this.#change({ activity: quiet ?? 'failed', share: undefined, error: quiet ? undefined : error })
    if (!quiet) this.#listener.failed(error)
  }

  cancel(): void {
    this.#run?.abort()
  }

  /** Ends the run and gives back model and picture. */
  stop(): void {
    const run = this.#run
    this.#run = undefined
    run?.abort()
    this.#model.drop()
    this.#picture.drop()
    this.#change(nothing)
  }

  /** After the device was lost: the worker starts anew and loads its models again. */
  async restart(): Promise<void> {
    await this.#progress.explainer?.restart()
  }

  async #explain(settings: Settings, signal: AbortSignal, lack: ExplainError | undefined): Promise<Attribution> {
    const step = <T>(promise: Promise<T>) => untilAborted(promise, signal, cancelled)
    this.#change({ activity: 'connecting', share: undefined, error: undefined })
    // The picture is shown whatever becomes of the rest.
    const reading = settings.image === undefined ? undefined : this.#pictureOf(settings.image)
    const options = readOptions(settings.options)
    const explainer = settings.explainer ?? (await step(this.#connect()))
    if (explainer !== this.#progress.explainer) {
      this.#change({ explainer, model: undefined, predictions: [], attribution: undefined })
    }
    this.#change({ activity: 'loading' })
    const model = settings.model === undefined ? undefined : await step(this.#modelOf(explainer, settings.model))
    this.#change({ activity: 'reading', share: undefined, model })
    const picture = reading && (await step(reading))
    if (lack || !model || !picture) throw lack
    if (!model.preprocessing) {
      throw new ExplainError(
        'unsupported-model',
        'The model takes no image.',
        'Explain it through the library, with its inputs as arrays.',
      )
    }
    const method = pickMethod(explainer, settings.method)
    this.#change({ method: method.name })
    if (this.#progress.predictions.length === 0) {
      this.#change({ activity: 'predicting' })
      this.#change({ predictions: await step(explainer.predict(model, picture.input, { top: 5, signal })) })
    }
    this.#change({ activity: 'explaining', share: 0 })
    const layer = 'layer' in method.options && settings.layer ? { layer: settings.layer } : {}
    const estimates = explainer.stream(
      model,
      picture.input,
      { name: method.name, options: { ...options, ...layer } },
      {
        target: settings.target,
        seed: settings.seed,
        signal,
        onProgress: (share) => {
          if (!signal.aborted) this.#change({ share })
        },
      },
    )
    let last: Attribution | undefined
    for await (const attribution of estimates) {
      if (signal.aborted) break
      last = attribution
      this.#change({ attribution })
      this.#listener.estimate(attribution, this.#progress.share ?? 0)
    }
    if (signal.aborted || !last) throw cancelled()
    return last
  }

  #pictureOf(image: NonNullable<Settings['image']>): Promise<Picture> {
    return this.#picture.get([image], () => {
      this.#change({ picture: undefined, predictions: [], attribution: undefined })
      const value = readPicture(image)
      let wanted = true
      value.then(
        (picture) => wanted && this.#change({ picture }),
        () => {},
      )
      return {
        value,
        drop: () => {
          wanted = false
          value.then(({ shown }) => shown.close()).catch(() => {})
        },
      }
    })
  }

  #modelOf(explainer: Explainer, source: NonNullable<Settings['model']>): Promise<RemoteModel> {
    return this.#model.get([explainer, source], () => {
      this.#change({ model: undefined, predictions: [], attribution: undefined })
      if (isRemoteModel(source)) return { value: Promise.resolve(source), drop: () => {} }
      return borrowModel(explainer, source, (share) => {
        if (this.#progress.activity === 'loading') this.#change({ share })
      })
    })
  }

  #change(part: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...part }
    this.#listener.changed(this.#progress)
  }
}

/** What the run cannot do without, if it is not there: no failure, but a reason to wait. */
function lackOf({ image, model }: Settings): ExplainError | undefined {
  if (image === undefined) {
    return new ExplainError('bad-image', 'There is no picture yet.', 'Choose, drop or paste one, or set `src`.')
  }
  if (model !== undefined) return undefined
  return new ExplainError('bad-file', 'There is no model yet.', 'Choose or drop one, or set `model`.')
}

const isRemoteModel = (source: NonNullable<Settings['model']>): source is RemoteModel =>
  typeof source === 'object' && 'id' in source

function pickMethod(explainer: Explainer, name: string): MethodDescription {
  const { methods } = explainer
  const wanted = name || 'grad-cam'
  const method = methods.find((one) => one.name === wanted) ?? (name ? undefined : methods[0])
  if (method) return method
  throw new ExplainError(
    'bad-method',
    `There is no method '${wanted}'.`,
    `There are ${methods.map((one) => one.name).join(', ')}.`,
  )
}

function readOptions(options: Settings['options']): Readonly<Record<string, unknown>> {
  if (typeof options !== 'string') return options
  if (options.trim() === '') return {}
  let parsed: unknown
  try {
    parsed = JSON.parse(options)
  } catch {
    // Told below, like JSON that is no object.
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>
  throw new ExplainError('bad-option', 'The options are not a JSON object.', 'Write them as {"samples": 50}.')
}

const cancelled = () => new ExplainError('aborted', 'The run was cancelled.', 'Start it again if you want it.')
