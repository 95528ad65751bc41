/** What crosses between a page and its worker. Types only: plain data, and pictures. */
import type {
  AttributionMap,
  Certificate,
  Failure,
  MethodSpec,
  ModelCard,
  NamedArrays,
  NDArray,
  RawImage,
} from '@explainnet/core'
import type { Explainer, Prediction, RemoteModel, RemoteOptions } from '../api.ts'
import type { BackendOptions } from '../backend/adapter.ts'
import type { BackendName } from '../backend/use-backend.ts'

// ── On the worker itself: only to find each other, whoever is there first ────────────────────────────────────────────

export type Greeting =
  | { readonly explainnet: 'hello' }
  | { readonly explainnet: 'ready' }
  /** Comes with a port, over which all else goes; and a lock, which the worker holds for life: getting it tells the page of its end. */
  | { readonly explainnet: 'open'; readonly settings: Settings; readonly lock?: string | undefined }

export interface Settings extends BackendOptions {
  readonly backend?: BackendName | 'auto' | undefined
}

// ── On the port ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly call: Call }
  | { readonly kind: 'abort'; readonly id: number }
  /** The page has shown the last estimate and wants another. */
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number }
  | { readonly kind: 'estimate'; readonly id: number; readonly map: SentAttribution }
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: Failure }

export type Opened = Pick<Explainer, 'backend' | 'methods' | 'served'>

export type Call =
  | {
      readonly name: 'load'
      readonly model: string
      readonly source: SentSource
      readonly card?: ModelCard | undefined
      readonly architecture?: string | undefined
    }
  | { readonly name: 'unload'; readonly model: string }
  | { readonly name: 'predict'; readonly model: string; readonly input: SentInput; readonly top: number }
  | ExplainCall
  | { readonly name: 'memory' }

export interface ExplainCall {
  readonly name: 'explain'
  readonly model: string
  readonly input: SentInput
  readonly method: SentMethod
  readonly options: SentOptions
  /** The page wants running estimates. */
  readonly running: boolean
}

/** What the calls give. */
export interface Results {
  load: RemoteModel
  unload: undefined
  predict: readonly Prediction[]
  /** Absent where it was sent as an estimate already. */
  explain: SentAttribution | undefined
  memory: { readonly tensors: number; readonly bytes: number }
}

export type SentSource = string | { readonly served: string } | readonly File[]
export type SentInput =
  | { readonly image: Blob | ImageBitmap | ImageData | RawImage }
  | { readonly arrays: NDArray | NamedArrays }
export type SentMethod =
  | { readonly name: string; readonly options?: Readonly<Record<string, unknown>> | undefined }
  | { readonly spec: MethodSpec }
type SentOptions = Pick<RemoteOptions, 'target' | 'space' | 'seed' | 'memory' | 'stop'>

export interface SentAttribution {
  readonly maps: Readonly<Record<string, AttributionMap>>
  readonly extras: NamedArrays
  readonly certificate: Certificate
}
