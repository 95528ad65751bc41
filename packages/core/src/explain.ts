import * as tf from '@tensorflow/tfjs-core'
import {
  type Attribution,
  type AttributionMap,
  type AttributionMethod,
  apiVersion,
  type Certificate,
  type DifferentiableModel,
  type Estimate,
  type ExplainOptions,
  type LayeredModel,
  type Model,
  type ModelInput,
  type NamedArrays,
  type Need,
  type Needs,
  type TaskFor,
} from './api.ts'
import { firstNonFinite, rowOf, sizeOf } from './arrays.ts'
import { createAttribution } from './attribution.ts'
import { ExplainError } from './errors.ts'
import { hashArrays } from './hash.ts'
import { backendRecord } from './model/backend-record.ts'
import { usesHalfFloats } from './model/half-float.ts'
import { prepare } from './open-task.ts'
import { type Session, StopEarly } from './session.ts'
import type { Goal } from './target.ts'
import { version } from './version.ts'

/**
 * Explains a model's score for each example of `input` by `method`, and returns the final map with its certificate.
 *
 * @param model From `fromLayersModel`, `fromGraphModel`, `fromFunction`, `fromPredict`, or an adapter of your own.
 * @param input A batch `[n, …]` or one example `[…]`; an object by input name if there are several.
 * @param method Such as `saliency()`. A method that needs gradients does not compile with a black box.
 * @returns Maps of shape `[n, …]` (`[n·k, …]` with `{ top: k }`), as plain numbers.
 * @throws ExplainError with a code; `aborted` if the signal fires. No tensor is left behind on any path.
 *
 * Cost: one forward pass an example to resolve the target, then what the method's documentation says.
 */
async function explainOnce<N extends Need>(
  model: Needs[NoInfer<N>],
  input: ModelInput,
  method: AttributionMethod<N>,
  options: ExplainOptions = {},
): Promise<Attribution> {
  let last: Attribution | undefined
  for await (const estimate of stream(model, input, method, options)) last = estimate
  return last!
}

/** Like `explain`, handing on every running estimate; the last one is final. Leave the loop to stop. */
async function* stream<N extends Need>(
  model: Needs[NoInfer<N>],
  input: ModelInput,
  method: AttributionMethod<N>,
  options: ExplainOptions = {},
): AsyncGenerator<Attribution, void, undefined> {
  checkMethod(method, model)
  // The space that `task.scores` takes, so that the certificate's scores have the unit of the map.
  const usualSpace = method.needs === 'predictions' ? 'probability' : 'logit'
  const { session, goals, given, task } = await prepare(model, input, options, usualSpace)
  const fingerprint = await model.fingerprint?.()
  if (method.needs !== 'predictions') warnOfSaturation(session, goals)

  const estimates = method.attribute(task as unknown as TaskFor<N>)
  let last: { maps: Record<string, AttributionMap>; estimate: Estimate } | undefined
  const finish = () => {
    warnOfBaselines(session, goals)
    warnOfDeadMaps(session, last!.maps)
    warnOfHalfFloats(session)
    return createAttribution(
      last!.maps,
      copyArrays(last!.estimate.extras ?? {}),
      certify(session, method, goals, given, fingerprint, last!.estimate),
    )
  }
  try {
    for (;;) {
      const next = await estimates.next()
      if (next.done) break
      const maps = copyMaps(method.name, next.value, goals.length)
      const tolerance = options.stop?.tolerance
      const settled = tolerance !== undefined && last !== undefined && largestChange(last.maps, maps) <= tolerance
      last = { maps, estimate: next.value }
      session.hasEstimate = true
      session.checkAbort()
      if (session.spent || settled) throw new StopEarly()
      yield finish()
    }
  } catch (error) {
    if (!(error instanceof StopEarly) || !last) throw error
    session.warn('stopped-early', `Stopped after ${session.forward} evaluations, before ${method.name} was done.`)
    yield finish()
  } finally {
    await estimates.return()
  }
  if (!last) {
    throw new ExplainError('bad-method', `Method '${method.name}' yielded no estimate.`, 'It must yield at least once.')
  }
  options.onProgress?.(1)
}

/** @see explainOnce for the call itself; `explain.stream` hands on running estimates. */
export const explain = Object.assign(explainOnce, { stream })

function checkMethod(method: AttributionMethod, model: Model): void {
  if (typeof method?.attribute !== 'function' || typeof method.name !== 'string' || !method.options) {
    throw new ExplainError(
      'bad-method',
      'What was given as the method is not one.',
      'Give the object that its factory makes: `saliency()`, not `saliency`.',
    )
  }
  if (method.apiVersion !== apiVersion) {
    throw new ExplainError(
      'versions-differ',
      `Method '${method.name}' is made for contract ${method.apiVersion}, this is ${apiVersion}.`,
      'Install matching versions of the method and of @explainnet/core.',
    )
  }
  if (typeof model?.predict !== 'function' || !Array.isArray(model.inputs)) {
    throw new ExplainError(
      'unsupported-model',
      'What was given as the model is not one.',
      'Wrap it by fromLayersModel, fromGraphModel, fromFunction or fromPredict.',
    )
  }
  if (method.needs !== 'predictions' && !('scoreAndGradient' in (model as DifferentiableModel))) {
    throw new ExplainError(
      'needs-gradients',
      `Method '${method.name}' needs gradients, and this model gives predictions only.`,
      'Use a perturbation method, or load the model itself with tfjs.',
    )
  }
  if (method.needs === 'layers' && !('layers' in (model as LayeredModel))) {
    throw new ExplainError(
      'needs-layers',
      `Method '${method.name}' needs the model's layers, and this one names none.`,
      'Use fromLayersModel or fromGraphModel, or a method that works on the input.',
    )
  }
}

function copyMaps(method: string, estimate: Estimate, size: number): Record<string, AttributionMap> {
  const maps: Record<string, AttributionMap> = {}
  for (const [name, map] of Object.entries(estimate.maps)) {
    const { shape, axes, domain, layer, segments } = map
    if (shape[0] !== size || sizeOf(shape) !== map.data.length || axes.length !== shape.length) {
      throw new ExplainError(
        'bad-method',
        `Method '${method}' gave map '${name}' ${map.data.length} numbers for shape [${shape.join(', ')}] and axes [${axes.join(', ')}].`,
        `Its first axis is the batch of ${size}; shape, axes and data must agree.`,
      )
    }
    const data = Float32Array.from(map.data)
    const bad = firstNonFinite(data)
    if (bad >= 0) {
      throw new ExplainError(
        'non-finite-output',
        `Method '${method}' gave ${data[bad]} in map '${name}', example ${Math.floor((bad * size) / data.length)}.`,
        'Check the scale of the input and the weights of the model.',
      )
    }
    maps[name] = {
      shape: [...shape],
      data,
      axes: [...axes],
      domain,
      ...(layer ? { layer } : {}),
      ...(segments ? { segments: { shape: [...segments.shape], data: segments.data.slice() } } : {}),
    }
  }
  return maps
}

const copyArrays = (arrays: NamedArrays): NamedArrays =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape: [...shape], data: data.slice() }]),
  )

/** The largest change of any example's map, in relative L1. */
function largestChange(before: Record<string, AttributionMap>, after: Record<string, AttributionMap>): number {
  let largest = 0
  for (const [name, map] of Object.entries(after)) {
    for (let example = 0; example < map.shape[0]!; example++) {
      const now = rowOf(map, example)
      const then = rowOf(before[name]!, example)
      let moved = 0
      let total = 0
      for (let i = 0; i < now.length; i++) {
        moved += Math.abs(now[i]! - then[i]!)
        total += Math.abs(now[i]!)
      }
      if (moved > 0) largest = Math.max(largest, total > 0 ? moved / total : Number.POSITIVE_INFINITY)
    }
  }
  return largest
}

function warnOfSaturation(session: Session, goals: readonly Goal[]): void {
  goals.forEach(({ resolved }, example) => {
    if (resolved.space !== 'probability' || !((resolved.probability ?? 0) > 0.999)) return
    session.warn(
      'saturated-probability',
      `The probability of '${resolved.name}' is ${resolved.probability!.toFixed(5)}, where its gradient vanishes; use the logit.`,
      example,
    )
  })
}

function warnOfBaselines(session: Session, goals: readonly Goal[]): void {
  for (const baseline of session.baselines) {
    goals.forEach(({ resolved }, example) => {
      const score = baseline.scores[example]!
      if (score > resolved.score) {
        session.warn(
          'baseline-scores-higher',
          `Baseline '${baseline.name}' scores ${score.toPrecision(4)} for '${resolved.name}', the input ${resolved.score.toPrecision(4)}: the map explains a loss.`,
          example,
        )
      }
      const prediction = baseline.predictions[example]
      if ((prediction?.probability ?? 0) > 0.5) {
        session.warn(
          'baseline-classified',
          `The model calls baseline '${baseline.name}' '${prediction!.name}' with p = ${prediction!.probability!.toFixed(3)}: it is not neutral.`,
          example,
        )
      }
    })
  }
}

function warnOfDeadMaps(session: Session, maps: Readonly<Record<string, AttributionMap>>): void {
  const all = Object.values(maps)
  for (let example = 0; example < (all[0]?.shape[0] ?? 0); example++) {
    if (all.every((map) => rowOf(map, example).every((value) => value === 0))) {
      session.warn('dead-map', 'The map is zero everywhere: nothing speaks for the target here.', example)
    }
  }
}

function warnOfHalfFloats(session: Session): void {
  // A model that says where it runs does not run here.
  if (session.backward === 0 || session.model.backend || !usesHalfFloats()) return
  session.warn(
    'half-float',
    'This device computes in 16 bits: gradients below 1e-9 are lost, and the map has two or three digits. The wasm backend has seven.',
  )
}

function certify(
  session: Session,
  method: AttributionMethod,
  goals: readonly Goal[],
  inputs: NamedArrays,
  fingerprint: string | undefined,
  estimate: Estimate,
): Certificate {
  const { model, layer } = session
  return {
    apiVersion,
    method: { name: method.name, spec: method.spec },
    model: {
      kind: model.kind,
      name: model.card?.name,
      sha256: fingerprint,
      spec: model.spec,
      finalActivation: model.finalActivation,
    },
    targets: goals.map((goal) => goal.resolved),
    baselines: [...session.baselines],
    layer: layer && { name: layer.name, call: layer.call, shape: layer.shape },
    preprocessing: model.card?.input,
    seed: session.seed,
    inputs: {
      sha256: hashArrays(inputs),
      shapes: Object.fromEntries(Object.entries(inputs).map(([name, array]) => [name, array.shape])),
    },
    backend: model.backend ?? backendRecord(),
    versions: { '@explainnet/core': version, '@tensorflow/tfjs-core': tf.version_core },
    cost: { forward: session.forward, backward: session.backward, milliseconds: session.milliseconds },
    evidence: estimate.evidence ?? {},
    warnings: [...session.warnings],
  }
}
