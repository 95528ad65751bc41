/** The other end of a pool: one backend, one model, one pass at a time. */
import { workerData } from 'node:worker_threads'
import {
  buffersOf,
  ExplainError,
  failureOf,
  type GradientOptions,
  type LayeredModel,
  measurePeak,
  type NamedArrays,
  type RuleSpec,
  ruleFromSpec,
  scoreFromSpec,
} from '@explainnet/core'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { type BackendInfo, useBackend } from '../backend/use-backend.ts'
import { loadModel } from '../model/load-model.ts'
import type { Answer, PassRequest, Request, WorkerSettings } from './messages.ts'

const { path, backend, card, architecture } = workerData as WorkerSettings

let started: Promise<{ info: BackendInfo; model: LayeredModel }> | undefined
async function start() {
  const info = await useBackend(backend)
  return { info, model: await loadModel(path, { card, architecture }) }
}

export default async function answer(request: Request): Promise<unknown> {
  try {
    started ??= start()
    const { info, model } = await started
    if (request.pass === 'describe') {
      const { kind, inputs, outputs, finalActivation, card, spec } = model
      const { name, device } = info
      const layers = model.layers()
      return { result: { kind, inputs, outputs, finalActivation, card, spec, layers, backend: { name, device } } }
    }
    if (request.pass === 'fingerprint') return { result: await model.fingerprint!() }
    const found = request.measure ? await measurePeak(() => run(model, request)) : { result: await run(model, request) }
    return moved(found)
  } catch (error) {
    if (error instanceof ExplainError && error.code === 'backend-lost') return await dieOf(error)
    return { failure: failureOf(error) }
  }
}

async function run(model: LayeredModel, request: PassRequest) {
  const { inputs } = request
  switch (request.pass) {
    case 'predict':
      return model.predict(inputs, { space: request.space })
    case 'activation':
      return model.activation(inputs, request.layer)
    case 'scoreAndGradient':
      return model.scoreAndGradient(inputs, scoreFromSpec(model, request.score), await gradientOptions(request))
    case 'layerScoreAndGradient': {
      const options = await gradientOptions(request)
      return model.layerScoreAndGradient(inputs, scoreFromSpec(model, request.score), request.layer, options)
    }
  }
}

async function gradientOptions({
  rule,
  reference,
}: {
  rule?: RuleSpec | undefined
  reference?: NamedArrays | undefined
}): Promise<GradientOptions> {
  return { rule: rule && (await ruleFromSpec(rule)), reference }
}

/** Hands the numbers over rather than copying them. */
const moved = (answer: Answer) =>
  move({
    get [transferableSymbol]() {
      return buffersOf(answer)
    },
    get [valueSymbol]() {
      return answer
    },
  } as unknown as Parameters<typeof move>[0])

/** A lost backend cannot be had again in this thread: the pool starts another, and learns why by this error. */
function dieOf({ message, code, cure }: ExplainError): Promise<never> {
  setImmediate(() => {
    throw Object.assign(new Error(message), { code, cure })
  })
  return new Promise(() => undefined)
}
