import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import {
  type BackwardRule,
  ExplainError,
  type GradientOptions,
  type LayeredModel,
  type ModelCard,
  type ScoreFunction,
} from '@explainnet/core'
import type { BackendName } from '../backend/use-backend.ts'
import { startWorkers } from './workers.ts'

export interface LoadModelPoolOptions {
  /** Default: a worker for each core with `wasm` and `cpu`, else one. */
  readonly workers?: number | undefined
  /** What each worker computes with. Default `wasm`. */
  readonly backend?: 'auto' | BackendName | undefined
  /** In place of the one in the model's folder. */
  readonly card?: ModelCard | undefined
  /** As `loadModel` takes it. */
  readonly architecture?: string | undefined
}

/** A model whose passes run in workers. */
export interface ModelPool extends LayeredModel {
  /** Ends the workers; passes under way throw `aborted`. A script that forgets it still ends. */
  close(): Promise<void>
}

/**
 * Loads a model, as `loadModel` does, into worker threads with a backend each, so that the rows of a batch and the samples of one
 * image are computed on all cores. Every method takes it like any other model, and on wasm the maps are the same, bit for bit,
 * whatever the number of workers. This thread needs no backend of its own.
 *
 * Workers start when there is work for them. One that dies is replaced and its pass run again, in halves where its backend ran out
 * of memory. `memory` of `explain` bounds each worker.
 *
 * Targets that are functions cannot cross to a worker: their gradients throw `not-transferable`, as do backward rules without a
 * spec; so do not layers that were registered in this thread. There are no `parameters`. Throws as `useBackend` and `loadModel`;
 * `backend-lost` where a worker died three times over one pass, `bad-option`.
 */
export async function loadModelPool(path: string, options: LoadModelPoolOptions = {}): Promise<ModelPool> {
  const { backend = 'wasm', card, architecture } = options
  const count = options.workers ?? (backend === 'wasm' || backend === 'cpu' ? availableParallelism() : 1)
  if (!Number.isInteger(count) || count < 1) {
    throw new ExplainError('bad-option', `${count} workers were asked for.`, 'Give a whole number from 1.')
  }
  const workers = startWorkers({ path: resolve(path), backend, card, architecture }, count)
  const {
    layers,
    backend: used,
    ...known
  } = await workers.ask({ pass: 'describe' }).catch(async (error) => {
    await workers.close()
    throw error
  })
  let fingerprint: Promise<string> | undefined

  const passes = (report?: (peakBytes: number) => void) => {
    const measure = report !== undefined
    return {
      async predict(inputs, { space, signal }) {
        if (signal?.aborted) throw stopped(signal)
        return await workers.ask({ pass: 'predict', measure, inputs, space }, report)
      },
      async activation(inputs, layer) {
        return await workers.ask({ pass: 'activation', measure, inputs, layer }, report)
      },
      async scoreAndGradient(inputs, score, given) {
        const request = { pass: 'scoreAndGradient', measure, inputs, ...transferable(score, given) } as const
        return await workers.ask(request, report)
      },
      async layerScoreAndGradient(inputs, score, layer, given) {
        const request = {
          pass: 'layerScoreAndGradient',
          measure,
          inputs,
          layer,
          ...transferable(score, given),
        } as const
        return await workers.ask(request, report)
      },
    } satisfies Partial<LayeredModel>
  }

  const model: ModelPool = {
    ...known,
    concurrency: count,
    backend: { ...used, workers: count },
    ...passes(),
    measured: (report) => ({ ...model, ...passes(report) }),
    layers: () => layers,
    fingerprint() {
      fingerprint ??= workers.ask({ pass: 'fingerprint' })
      return fingerprint
    },
    close: () => workers.close(),
  }
  return model
}

function transferable(score: ScoreFunction, { rule, reference }: GradientOptions = {}) {
  if (!score.spec) {
    throw new ExplainError(
      'not-transferable',
      'A target that is a function cannot cross to a worker.',
      'Explain a class or a contrast, or load the model in this thread: loadModel.',
    )
  }
  return { score: score.spec, rule: rule && ruleSpec(rule), reference }
}

function ruleSpec({ spec }: BackwardRule) {
  if (spec) return spec
  throw new ExplainError(
    'not-transferable',
    'A backward rule without a spec cannot cross to a worker.',
    'Give it one, { module: import.meta.url, export, options }, or load the model in this thread: loadModel.',
  )
}

const stopped = (signal: AbortSignal) =>
  new ExplainError('aborted', 'The prediction was stopped.', 'Ask again without the signal.', { cause: signal.reason })
