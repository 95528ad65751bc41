/** What crosses between the calling thread and a worker: plain data only. */
import {
  type BackendRecord,
  type ErrorCode,
  ExplainError,
  type LayeredModel,
  type LayerInfo,
  type LayerRef,
  type ModelCard,
  type NamedArrays,
  type RuleSpec,
  type ScoreSpec,
  type Space,
} from '@explainnet/core'

/** What a worker starts from. */
export interface WorkerSettings {
  readonly path: string
  readonly backend: string
  readonly card: ModelCard | undefined
  readonly architecture: string | undefined
}

interface Gradient {
  readonly inputs: NamedArrays
  readonly score: ScoreSpec
  readonly rule?: RuleSpec | undefined
  readonly reference?: NamedArrays | undefined
}

/** A pass over rows, named as the model names it. */
export type PassRequest = { readonly measure: boolean } & (
  | { readonly pass: 'predict'; readonly inputs: NamedArrays; readonly space: Space }
  | ({ readonly pass: 'scoreAndGradient' } & Gradient)
  | { readonly pass: 'activation'; readonly inputs: NamedArrays; readonly layer: LayerRef }
  | ({ readonly pass: 'layerScoreAndGradient'; readonly layer: LayerRef } & Gradient)
)
export type Request = PassRequest | { readonly pass: 'describe' } | { readonly pass: 'fingerprint' }

type Description = Pick<LayeredModel, 'kind' | 'inputs' | 'outputs' | 'finalActivation' | 'card' | 'spec'> & {
  readonly layers: readonly LayerInfo[]
  readonly backend: BackendRecord
}

/** What the model gives for each pass. */
export type Results = {
  [Name in PassRequest['pass']]: Awaited<ReturnType<LayeredModel[Name]>>
} & { describe: Description; fingerprint: string }

export type Answer<Name extends Request['pass'] = Request['pass']> =
  | { readonly result: Results[Name]; readonly peakBytes?: number | undefined }
  | { readonly failure: Failure }

/** An error as plain data: posted as it is, it would lose its code and its class. */
export type Failure =
  | { readonly code: ErrorCode; readonly what: string; readonly cure: string }
  | { readonly message: string; readonly stack: string | undefined }

export function failureOf(error: unknown): Failure {
  if (error instanceof ExplainError) {
    const { code, message, cure } = error
    return { code, what: message.slice(0, message.length - cure.length).trimEnd(), cure }
  }
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error), stack: undefined }
}

export function errorOf(failure: Failure): Error {
  if ('code' in failure) return new ExplainError(failure.code, failure.what, failure.cure)
  const error = new Error(failure.message)
  if (failure.stack) error.stack = failure.stack
  return error
}
