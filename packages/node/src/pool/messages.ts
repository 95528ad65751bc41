/** What crosses between the calling thread and a worker: plain data only. */
import type {
  BackendRecord,
  Failure,
  LayeredModel,
  LayerInfo,
  LayerRef,
  ModelCard,
  NamedArrays,
  RuleSpec,
  ScoreSpec,
  Space,
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
