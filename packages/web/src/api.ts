/** What the page and its worker say to each other, as the page sees it. Types only. */
import type {
  Attribution,
  AttributionMethod,
  ClassTarget,
  ContrastTarget,
  LayerInfo,
  MethodSpec,
  ModelCard,
  NamedArrays,
  NDArray,
  OptionSchema,
  Preprocessing,
  RawImage,
  Space,
  TensorSpec,
  TopTarget,
  Warning,
} from '@explainnet/core'
import type { BackendInfo, BackendName } from './backend/use-backend.ts'
import type { ImageSource } from './image/read-image.ts'
import type { LoadModelOptions, ModelSource } from './model/load-model.ts'

/** A method that the worker serves, described: what pickers and sliders are made of. JSON. */
export interface MethodDescription {
  /** The key under which it is served: `grad-cam`. */
  readonly name: string
  readonly needs: AttributionMethod['needs']
  readonly deterministic: boolean
  readonly options: OptionSchema
  readonly paper?: string | undefined
  /** Of the method with its default options. */
  readonly spec?: MethodSpec | undefined
}

/** A model that lives in the worker. Plain data: its `id` is what the worker knows it by. */
export interface RemoteModel {
  readonly id: string
  readonly kind: string
  readonly card?: ModelCard | undefined
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** What images become on their way in, of the card or guessed. Absent where the model takes no image. */
  readonly preprocessing?: Preprocessing | undefined
  /** Empty for black boxes. */
  readonly layers: readonly LayerInfo[]
  /** The names of the layers that CAM methods take well, best first. */
  readonly camLayers: readonly string[]
  readonly fingerprint?: string | undefined
  /** What to tell the user: a preprocessing that was guessed. */
  readonly warnings: readonly Warning[]
}

/** One method by name with options of its own, by its object or by its spec. */
export type RemoteMethod =
  | string
  | { readonly name: string; readonly options?: Readonly<Record<string, unknown>> | undefined }
  | AttributionMethod
  | MethodSpec

/** A picture (prepared by the model's card in the worker), or numbers in the model's own units, `[n, …]` or one example. */
export type RemoteInput = ImageSource | RawImage | NDArray | NamedArrays

/** As core's `Target`; a function target goes by the name under which the worker serves it. */
export type RemoteTarget = 'prediction' | ClassTarget | ContrastTarget | TopTarget | { readonly served: string }

export interface RemoteOptions {
  readonly target?: RemoteTarget | undefined
  readonly space?: Space | undefined
  readonly seed?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Bytes that a pass may use. */
  readonly memory?: number | undefined
  readonly stop?: { readonly passes?: number; readonly milliseconds?: number; readonly tolerance?: number } | undefined
  readonly onProgress?: ((done: number) => void) | undefined
}

/** A class and what the model gives it. */
export interface Prediction {
  readonly index: number
  readonly label: string
  /** Before the final activation. */
  readonly score: number
  /** Absent where the model has none. */
  readonly probability?: number | undefined
}

/** Explanations in a worker. Every call can be aborted; several may be under way, and are computed in turn. */
export interface Explainer {
  readonly backend: BackendInfo
  /** Why the worker had to be started anew, oldest first: empty in ordinary times. */
  readonly lost: readonly string[]
  readonly methods: readonly MethodDescription[]
  /** The names of the models and function targets that the worker itself serves. */
  readonly served: { readonly models: readonly string[]; readonly targets: readonly string[] }
  /** Loads a model in the worker, or hands out one that it serves, by name. */
  load(source: ModelSource, options?: LoadModelOptions): Promise<RemoteModel>
  /** The `top` classes of the first example, best first. Default 5. */
  predict(
    model: RemoteModel,
    input: RemoteInput,
    options?: { readonly top?: number | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<readonly Prediction[]>
  explain(model: RemoteModel, input: RemoteInput, method: RemoteMethod, options?: RemoteOptions): Promise<Attribution>
  /** The running estimates; leave the loop to stop. A slow page skips estimates, never the last one. */
  stream(
    model: RemoteModel,
    input: RemoteInput,
    method: RemoteMethod,
    options?: RemoteOptions,
  ): AsyncGenerator<Attribution, void, undefined>
  /** Of the worker: tensors, and the bytes that they take. The same before and after any call but `load` and `unload`. */
  memory(): Promise<{ readonly tensors: number; readonly bytes: number }>
  /** Frees a model's weights. */
  unload(model: RemoteModel): Promise<void>
  /** Starts the worker anew on a backend and loads its models again: after a lost device, or for another backend. */
  restart(backend?: BackendName | 'auto'): Promise<void>
  /** Ends the worker. Calls under way fail with `aborted`. */
  close(): void
}
