import {
  type AttributionMethod,
  type ExampleTarget,
  ExplainError,
  explain,
  type FunctionTarget,
  type LayeredModel,
  type Model,
  type TopTarget,
} from '@explainnet/core'
import type { RemoteTarget } from '../api.ts'
import type { ExplainCall, SentAttribution } from './messages.ts'
import { readInput } from './read-input.ts'

export type ServedTargets = Readonly<Record<string, FunctionTarget>>

/** The running estimates of a call, the last one final. */
export async function* explainCall(
  { input: sent, options }: ExplainCall,
  model: Model,
  method: AttributionMethod,
  targets: ServedTargets,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): AsyncGenerator<SentAttribution, void, undefined> {
  const target = resolveTarget(targets, options.target)
  const { input, warnings } = await readInput(model, sent)
  // Whether the model has what the method needs is checked by `explain`.
  const estimates = explain.stream(model as LayeredModel, input, method, { ...options, target, signal, onProgress })
  for await (const { maps, extras, certificate } of estimates) {
    yield { maps, extras, certificate: { ...certificate, warnings: [...warnings, ...certificate.warnings] } }
  }
}

function resolveTarget(
  targets: ServedTargets,
  target: RemoteTarget | undefined,
): ExampleTarget | TopTarget | undefined {
  if (typeof target !== 'object' || !('served' in target)) return target
  if (Object.hasOwn(targets, target.served)) return targets[target.served]
  const names = Object.keys(targets).join(', ') || 'none'
  throw new ExplainError('bad-option', `The worker serves no target '${target.served}'.`, `It serves ${names}.`)
}
