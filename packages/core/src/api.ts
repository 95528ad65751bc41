/**
 * The contract. Types only: what a model is, what a method is, what a method is given, and what comes out.
 * SPEC.md says in words what each member promises; the two are kept in step.
 */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core'
import type { RandomStream } from './random.ts'

/** The version of this contract. A method or model made for another major version is refused. */
export const apiVersion = 1

// ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Plain numbers with a shape, row-major. They can be posted to a worker and outlive any backend; tensors cannot. */
export interface NDArray {
  readonly shape: readonly number[]
  readonly data: Float32Array
}
export type NamedArrays = Readonly<Record<string, NDArray>>
export type NamedTensors = Record<string, Tensor>

/** What an axis of an array means. Maps of images read `['batch', 'height', 'width', 'channel']`. */
export type Axis = 'batch' | 'depth' | 'height' | 'width' | 'time' | 'token' | 'channel' | 'feature' | (string & {})

/** A named input or output; `shape[0]` is the batch and is null. */
export interface TensorSpec {
  readonly name: string
  readonly shape: readonly (number | null)[]
  readonly dtype: 'float32' | 'int32'
  readonly axes: readonly Axis[]
}

// ── Models ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Before (`logit`) or after (`probability`) the final activation. */
export type Space = 'logit' | 'probability'

/**
 * The final activation that was found: a softmax over the last axis; one sigmoid a unit; `binary-sigmoid`, a single
 * sigmoid unit read as two classes (class 1 scores +logit, class 0 scores −logit); or none, when outputs are scores.
 */
export type FinalActivation = 'softmax' | 'sigmoid' | 'binary-sigmoid' | 'none'

/** Where a model can be loaded again: JSON, so that it crosses to a worker and goes into the certificate. */
export interface ModelSpec {
  readonly kind: string
  /** Path or URL. */
  readonly source: string
}

/** Anything that turns named inputs into named outputs, possibly far away: a server, ONNX Runtime, a function. */
export interface Model {
  /** `'layers'`, `'graph'`, `'function'`, `'predict'`, or a stranger's own word. */
  readonly kind: string
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly finalActivation: FinalActivation
  readonly card?: ModelCard | undefined
  readonly spec?: ModelSpec | undefined
  /** Passes that it runs at once, beside this thread. Absent: one after the other. */
  readonly concurrency?: number | undefined
  /** What computes, where that is not tfjs in this thread. */
  readonly backend?: BackendRecord | undefined
  /** The same model, telling `report` the peak bytes of each pass, where that is not the memory of tfjs in this thread. */
  measured?(report: (peakBytes: number) => void): Model
  /**
   * Outputs for a batch. Rows are independent of each other. With `space: 'logit'` the final activation is left out
   * where there is one and it can be left out; a model that cannot says so by `finalActivation: 'none'`.
   */
  predict(inputs: NamedArrays, options: PredictOptions): Promise<NamedArrays>
  /** SHA-256 of topology and weights, hexadecimal; computed once. Absent where there is nothing to hash. */
  fingerprint?(): Promise<string>
}

export interface PredictOptions {
  readonly space: Space
  readonly signal?: AbortSignal | undefined
}

/** One number for each row of the outputs, made of tf ops; called inside a tape, must not mix rows. */
export interface ScoreFunction {
  (outputs: NamedTensors): Tensor1D
  /** The space of the outputs that it wants. */
  readonly space: Space
  /** The same as JSON, for a model whose passes run elsewhere. Absent for functions of the user's own. */
  readonly spec?: ScoreSpec | undefined
}

export interface ScoreSpec {
  readonly space: Space
  /** For each row its class, or that less another one. */
  readonly rows: readonly { readonly index: number; readonly against?: number | undefined }[]
}

/** A model whose forward pass is made of tf ops, so that scores can be differentiated by the inputs. */
export interface DifferentiableModel extends Model {
  /** ∂score/∂input of every row, in one forward and one backward pass. No tensor is left behind on any path. */
  scoreAndGradient(inputs: NamedArrays, score: ScoreFunction, options?: GradientOptions): Promise<ScoreAndGradient>
}

export interface GradientOptions {
  /** Replaces the gradient of chosen operations during this pass. */
  readonly rule?: BackwardRule | undefined
  /** Rows of the same shape that run along in the same batch; the rule sees them as `paired` (DeepLIFT's baselines). */
  readonly reference?: NamedArrays | undefined
}

export interface ScoreAndGradient {
  /** [rows] */
  readonly scores: Float32Array
  /** By input name (integer inputs have none), or by layer name; each of that tensor's shape. */
  readonly gradients: NamedArrays
}

/** A layer's output; `call` counts from 0 and tells the calls of a shared layer apart. */
export interface LayerRef {
  readonly name: string
  readonly call?: number | undefined
}

export interface LayerInfo {
  readonly name: string
  /** The framework's word: `Conv2D`, `Relu`, … */
  readonly type: string
  /** Output shape, batch first (null); unknown sizes are null. */
  readonly shape: readonly (number | null)[]
  /** How often the layer runs in one forward pass. */
  readonly calls: number
  /** Its output has one or more spatial axes between batch and channel. */
  readonly spatial: boolean
  /** The names of the layers whose outputs it reads; empty for inputs. */
  readonly from: readonly string[]
}

/** A model that names its layers and gives activation and gradient at any of them. */
export interface LayeredModel extends DifferentiableModel {
  /** In the order in which they run. */
  layers(): readonly LayerInfo[]
  /** The layer's output for each row: one forward pass. */
  activation(inputs: NamedArrays, layer: LayerRef): Promise<NDArray>
  /** Activation, and ∂score/∂activation, in one forward and one backward pass. */
  layerScoreAndGradient(
    inputs: NamedArrays,
    score: ScoreFunction,
    layer: LayerRef,
    options?: GradientOptions,
  ): Promise<LayerScoreAndGradient>
  /** Trainable and other weights, readable and writable in place, for randomisation tests. Write to a copy. */
  parameters?(): readonly Parameter[]
  /** The same network with weights of its own: what is written there does not reach this one. The caller disposes it. */
  copy?(): ModelCopy
}

export interface ModelCopy extends LayeredModel {
  /** Frees the copy's weights. */
  dispose(): void
}

export interface LayerScoreAndGradient {
  readonly scores: Float32Array
  readonly activation: NDArray
  readonly gradient: NDArray
}

export interface Parameter {
  readonly name: string
  readonly layer: string
  readonly shape: readonly number[]
  read(): Promise<Float32Array>
  write(values: Float32Array): void
}

/**
 * One operation met on the way back. `inputs` are keyed as tfjs keys them (`x`, `filter`, `a`, `b`, …).
 * The rule returns the gradients by input that it wants to decide, or undefined to leave the operation alone.
 */
export interface TapeCall {
  /** Kernel name: `Conv2D`, `Relu`, `Relu6`, `MaxPool`, `_FusedMatMul`, `FusedConv2D`, … */
  readonly op: string
  /** Counts the runs of this `op` in the forward pass, from 0. */
  readonly occurrence: number
  /** The layer that ran it, where the model can tell. */
  readonly layer?: LayerRef | undefined
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly output: Tensor
  readonly attrs: Readonly<Record<string, unknown>>
  /** The same operation on the reference rows, when `GradientOptions.reference` was given. */
  readonly paired?: { readonly inputs: Readonly<Record<string, Tensor>>; readonly output: Tensor } | undefined
}
export interface BackwardRule {
  (call: TapeCall, dy: Tensor): Record<string, () => Tensor> | undefined
  /** Where a worker finds the factory that makes it. Absent: it stays in this thread. */
  readonly spec?: RuleSpec | undefined
}

export interface RuleSpec {
  /** The absolute URL of the factory's module: its `import.meta.url`. */
  readonly module: string
  readonly export: string
  /** JSON: what the factory is called with. */
  readonly options: Readonly<Record<string, unknown>>
}

// ── Model cards ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** An image as decoded: 8-bit RGB, row-major, upright. */
export interface RawImage {
  readonly width: number
  readonly height: number
  readonly channels: 3
  readonly data: Uint8Array | Uint8ClampedArray
}

/** How raw pixels (0 … 255) become model input. Travels with the model, is applied once, and is printed. */
export interface Preprocessing {
  /** [height, width]; absent: the image's own size. */
  readonly size?: readonly [number, number] | undefined
  /** `stretch` ignores the aspect ratio, `fit` letterboxes, `crop` cuts the centre. Default `stretch`. */
  readonly resize?: 'stretch' | 'fit' | 'crop' | undefined
  /** Half-pixel bilinear either way; with `antialias` (default true) the kernel widens when shrinking. */
  readonly antialias?: boolean | undefined
  /** The colour of the letterbox, raw units; `border`: the median of the image's outermost pixels. Default [0, 0, 0]. */
  readonly fill?: readonly [number, number, number] | 'border' | undefined
  /** What raw 0 and raw 255 become, before mean and standard deviation. Default [0, 1]. */
  readonly range?: readonly [number, number] | undefined
  /** Subtracted, then divided by `std`; a value a channel, in the units of `range` and the model's channel order. */
  readonly mean?: readonly number[] | undefined
  readonly std?: readonly number[] | undefined
  /** Default `rgb`. `grey` is one channel, Rec. 601 luma. */
  readonly channelOrder?: 'rgb' | 'bgr' | 'grey' | undefined
}

export interface ModelCard {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly input?: Preprocessing | undefined
  /** In the order of the outputs. */
  readonly labels?: readonly string[] | undefined
  /** What the outputs are, where the graph does not tell. */
  readonly output?: 'probabilities' | 'logits' | 'scores' | undefined
  /** The layer that CAM methods take. */
  readonly targetLayer?: string | undefined
  readonly sources?: readonly string[] | undefined
  readonly license?: string | undefined
  /** What the model's authors measured, and how. */
  readonly metrics?: Readonly<Record<string, unknown>> | undefined
}

// ── Targets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A class by its index, or by its label in the model card. */
export type ClassTarget = number | string

/** The score of `of` minus that of `against`: cancels the constant that all logits share. */
export interface ContrastTarget {
  readonly of: ClassTarget
  readonly against: ClassTarget
}

/** The k classes with the highest scores: every example is explained k times, best first. */
export interface TopTarget {
  readonly top: number
}

/** A named function of the outputs with one number a row: regression, segmentation, detection. */
export interface FunctionTarget {
  readonly name: string
  readonly score: (outputs: NamedTensors) => Tensor1D
  /** The space of the outputs that `score` wants. Default `logit`. */
  readonly space?: Space | undefined
}

/** What is explained of one example: a class, a contrast, a function, or the predicted class. */
export type ExampleTarget = 'prediction' | ClassTarget | ContrastTarget | FunctionTarget

/** One for all examples, or one for each. A label that reads `prediction` needs its index. */
export type Target = ExampleTarget | TopTarget | readonly ExampleTarget[]

/** A target after labels were looked up and the prediction made. */
export interface ResolvedTarget {
  /** Row of `explain`'s input. */
  readonly input: number
  readonly kind: 'class' | 'contrast' | 'function'
  /** `urtica`, `urtica − cecropia`, or the function's name. */
  readonly name: string
  readonly index?: number | undefined
  readonly against?: number | undefined
  /** The target's score at the input, in `space`. */
  readonly score: number
  readonly space: Space
  /** Probability of class `index` at the input, where the model has probabilities. */
  readonly probability?: number | undefined
  /** The class the model predicts for the input, and its probability. */
  readonly prediction?:
    | { readonly index: number; readonly name: string; readonly probability?: number | undefined }
    | undefined
}

// ── Baselines ────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * What stands for "nothing there". Named in raw pixel units and carried through the card's preprocessing:
 * black 0, grey 127.5, white 255, `mean` (of the example's pixels, a channel), `blur` (Gaussian), `uniform` (noise).
 * `zero` is 0 in the model's own units, whatever they mean, and is what a model without a card falls back to.
 */
export type BaselineName = 'zero' | 'black' | 'grey' | 'white' | 'mean' | 'blur' | 'uniform'
export type BaselineChoice =
  | BaselineName
  /** One value everywhere, in the model's own units. */
  | { readonly value: number }
  /** Given arrays, in the model's own units: of one example's shape, or one for each example. */
  | { readonly name?: string | undefined; readonly inputs: NDArray | NamedArrays }
  | { readonly blur: number }
/** One, or several, averaged with equal weights. */
export type BaselineOption = BaselineChoice | readonly BaselineChoice[]

/** A resolved baseline: one array an input, a row for each example, and what the model makes of it. */
export interface Baseline {
  readonly name: string
  readonly weight: number
  readonly inputs: NamedArrays
  /** [examples] the target's score at the baseline. */
  readonly scores: Float32Array
}

// ── Methods ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a method asks of a model; the compiler holds it to it. */
export interface Needs {
  readonly predictions: Model
  readonly gradients: DifferentiableModel
  readonly layers: LayeredModel
}
export type Need = keyof Needs

/** The interface that every technique implements: a plain described object, made by a factory that takes its options. */
export interface AttributionMethod<N extends Need = Need> {
  readonly apiVersion: typeof apiVersion
  /** The field's name for it, in kebab case: `integrated-gradients`. */
  readonly name: string
  readonly needs: N
  /** True if the seed does not matter. */
  readonly deterministic: boolean
  /** Described data: validation, `--help`, sliders and tables are made of it. */
  readonly options: OptionSchema
  /** Where a worker finds the factory, and the resolved options. Absent if an option cannot be written as JSON. */
  readonly spec?: MethodSpec | undefined
  /** Axioms that the conformance suite shall hold it to. */
  readonly axioms?: readonly Axiom[] | undefined
  /** The paper, for people. */
  readonly paper?: string | undefined
  /** Yields running estimates, the last one final; a closed-form method yields once. */
  attribute(task: TaskFor<N>): AsyncGenerator<Estimate, void, undefined>
}

export type Axiom = 'completeness' | 'dummy' | 'linearity' | 'symmetry' | 'implementation-invariance' | 'sensitivity'

export interface MethodSpec {
  /** A package name or an absolute URL that `import()` takes. */
  readonly module: string
  readonly export: string
  /** JSON: the resolved options. */
  readonly options: Readonly<Record<string, unknown>>
  /** The wrapped method; the factory is then called as `factory(inner, options)`. */
  readonly inner?: MethodSpec | undefined
}

export interface OptionDescription {
  readonly type: 'integer' | 'number' | 'boolean' | 'choice' | 'string' | 'layer' | 'baseline' | 'segments'
  readonly text: string
  readonly default?: unknown
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly choices?: readonly string[] | undefined
  /** A list of such values may be given in place of one. */
  readonly list?: boolean | undefined
}
export type OptionSchema = Readonly<Record<string, OptionDescription>>

// ── Tasks ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Rows of model inputs, made when they are needed: a thousand perturbed images never exist at once.
 * Core cuts them into chunks that fit the memory bound; results come in row order and do not depend on the chunks.
 */
export interface Rows {
  readonly count: number
  /** The example that row i belongs to: its target, and its inputs as a start for `fill`. */
  example(row: number): number
  /** Changes row i in place. `row[name]` arrives holding the example's own values. Must be a pure function of i. */
  fill?(row: number, into: Readonly<Record<string, Float32Array>>): void
}

export interface ScoreRow {
  readonly row: number
  readonly example: number
  /** The target's score. */
  readonly score: number
}
export interface GradientRow extends ScoreRow {
  /** By input name, each of one example's shape, row-major. */
  readonly gradients: Readonly<Record<string, Float32Array>>
}
export interface ActivationRow {
  readonly row: number
  readonly example: number
  /** Of this row, without the batch. */
  readonly shape: readonly number[]
  readonly activation: Float32Array
}
export interface LayerRow extends ScoreRow {
  /** Of this row, without the batch: known here even where `LayerInfo.shape` has unknown sizes. */
  readonly shape: readonly number[]
  readonly activation: Float32Array
  readonly gradient: Float32Array
}

/** What core has already solved for a method that only asks for predictions. */
export interface Task<M extends Model = Model> {
  readonly model: M
  /** Number of examples: with `{ top: k }` every input counts k times. */
  readonly size: number
  /** One example a row: `[size, …]`. Read only. */
  readonly inputs: NamedArrays
  readonly targets: readonly ResolvedTarget[]
  readonly signal: AbortSignal
  /** The examples themselves, one row each. */
  readonly originals: Rows
  /** The target's scores; `probability` unless this call, `explain` or a function target says otherwise. One forward pass a row. */
  scores(rows: Rows, options?: { space?: Space }): AsyncIterable<ScoreRow>
  /** Resolves and evaluates baselines; they go into the certificate. One forward pass a distinct baseline row. */
  baselines(option: BaselineOption): Promise<readonly Baseline[]>
  /** A random stream that depends on the seed and these numbers alone. */
  random(...path: number[]): RandomStream
  /** The target's score at each example, in the targets' space: free for `explain`'s own examples, else one forward pass a row, once. */
  scoresAtInputs(): Promise<Float32Array>
  /**
   * The same model, seed and targets with the rows as examples: for wrappers such as a noise tunnel. The rows are made
   * at once, so keep them few. Costs and warnings count for this task; progress, baselines and layer are recorded once.
   */
  derive(rows: Rows): Task<M>
  /** Progress, 0 … 1. */
  report(done: number): void
  warn(code: WarningCode, message: string, example?: number): void
}
export interface GradientTask<M extends DifferentiableModel = DifferentiableModel> extends Task<M> {
  /** Scores and input gradients in the space of the target (logit unless asked otherwise). One forward and one backward pass a row. */
  gradients(rows: Rows, options?: { rule?: BackwardRule; reference?: Rows }): AsyncIterable<GradientRow>
  derive(rows: Rows): GradientTask<M>
}
export interface LayerTask<M extends LayeredModel = LayeredModel> extends GradientTask<M> {
  /** Finds a layer by name, or the one that CAM methods take when none is named, and records it. */
  layer(choice?: string | LayerRef): LayerInfo & LayerRef
  /** Activation and its gradient. One forward and one backward pass a row. */
  layerGradients(rows: Rows, layer: LayerRef, options?: { rule?: BackwardRule }): AsyncIterable<LayerRow>
  /** Activation alone. One forward pass a row. */
  activations(rows: Rows, layer: LayerRef): AsyncIterable<ActivationRow>
  derive(rows: Rows): LayerTask<M>
}
export type TaskFor<N extends Need> = { predictions: Task; gradients: GradientTask; layers: LayerTask }[N]

/** A running estimate. Core copies it, so a method may hand out the accumulator that it goes on using. */
export interface Estimate {
  readonly maps: Readonly<Record<string, EstimatedMap>>
  readonly evidence?: Evidence | undefined
  /** Further arrays asked for by an option, such as the images along a path. */
  readonly extras?: NamedArrays | undefined
}
export interface EstimatedMap {
  /** `[size, …]` */
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array
  readonly axes: readonly Axis[]
  readonly domain: Domain
  readonly layer?: LayerRef | undefined
  /** The segment of each position of the input, `[size, …]`: for `segments`, and where a value was found for segments and spread. */
  readonly segments?: NDArray | undefined
}

// ── Attributions ─────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * `input`: a value for every input value. `spatial`: for every position of the input, no channel axis.
 * `layer`: for every position or unit of a layer. `segments`, `concepts`: for groups.
 */
export type Domain = 'input' | 'spatial' | 'layer' | 'segments' | 'concepts'

export interface AttributionMap extends NDArray {
  readonly axes: readonly Axis[]
  readonly domain: Domain
  readonly layer?: LayerRef | undefined
  /** The segment of each position: for `segments`, and where a value was found for segments and spread over them. */
  readonly segments?: NDArray | undefined
}

/** Numbers that tell how far a map can be trusted; arrays hold a number for each example. */
export interface Evidence {
  /** Σ map − (f(x) − f(baseline)), and its size relative to max(|f(x) − f(b)|, 0.1·Σ|map|). */
  readonly completeness?: { readonly delta: readonly number[]; readonly relative: readonly number[] } | undefined
  /** Relative L1 change of the map at the last refinement. */
  readonly change?: readonly number[] | undefined
  /** Model evaluations (path points, samples) spent on each example. */
  readonly evaluations?: readonly number[] | undefined
  /** Mean standard error of the map's entries ÷ mean |entry|, where it was sampled. */
  readonly standardError?: readonly number[] | undefined
  /** Weighted R² of the linear model that stands for the model near each example. */
  readonly fit?: readonly number[] | undefined
  /** Whether the method's own stopping rule was met. */
  readonly converged?: readonly boolean[] | undefined
}

export type WarningCode =
  | 'saturated-probability'
  | 'baseline-scores-higher'
  | 'baseline-classified'
  | 'dead-map'
  | 'half-float'
  | 'small-layer'
  | 'not-converged'
  | 'unstable-weights'
  | 'no-relu'
  | 'no-card'
  | 'stopped-early'
  | 'guessed'
  | (string & {})

export interface Warning {
  readonly code: WarningCode
  readonly message: string
  readonly example?: number | undefined
}

/** Everything that is needed to judge a map and to compute it again elsewhere. JSON. */
export interface Certificate {
  readonly apiVersion: typeof apiVersion
  readonly method: { readonly name: string; readonly spec?: MethodSpec | undefined }
  readonly model: {
    readonly kind: string
    readonly name?: string | undefined
    readonly sha256?: string | undefined
    readonly spec?: ModelSpec | undefined
    readonly finalActivation: FinalActivation
  }
  readonly targets: readonly ResolvedTarget[]
  readonly baselines: readonly BaselineRecord[]
  readonly layer?: (LayerRef & { readonly shape: readonly (number | null)[] }) | undefined
  readonly preprocessing?: Preprocessing | undefined
  readonly seed: number
  readonly inputs: { readonly sha256: string; readonly shapes: Readonly<Record<string, readonly number[]>> }
  readonly backend: BackendRecord
  readonly versions: Readonly<Record<string, string>>
  /** Rows that went forward and backward through the model (not batches), and wall-clock time. */
  readonly cost: { readonly forward: number; readonly backward: number; readonly milliseconds: number }
  readonly evidence: Evidence
  readonly warnings: readonly Warning[]
}

export interface BackendRecord {
  readonly name: string
  readonly device?: string | undefined
  /** How many of it, where not one in the calling thread. */
  readonly workers?: number | undefined
}

export interface BaselineRecord {
  readonly name: string
  readonly weight: number
  /** A number for each example: the target's score at the baseline. */
  readonly scores: readonly number[]
  /** What the model says of the baseline itself, for each example. */
  readonly predictions: readonly {
    readonly index: number
    readonly name: string
    readonly probability?: number | undefined
  }[]
}

/** The result: raw values, never only a picture. */
export interface Attribution {
  /** By input name. */
  readonly maps: Readonly<Record<string, AttributionMap>>
  readonly extras: NamedArrays
  readonly certificate: Certificate
  /** The only map's values; throws `several-maps` if there are several. So do `shape`, `axes` and `tensor`. */
  readonly values: Float32Array
  readonly shape: readonly number[]
  readonly axes: readonly Axis[]
  /** The only map as a tensor on the current backend. The caller disposes it. */
  tensor(): Tensor
}

// ── explain ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A batch `[n, …]` (a single example `[…]` is taken as a batch of one), for the only input or by input name. */
export type ModelInput = Tensor | NDArray | Readonly<Record<string, Tensor | NDArray>>

export interface ExplainOptions {
  /** Default: the predicted class of each example. */
  readonly target?: Target | undefined
  /** The space of the targets' scores and gradients. Default `logit`, `probability` for methods of predictions, or what the target function says. */
  readonly space?: Space | undefined
  /** Integer from 0. Default 0. */
  readonly seed?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Bytes that a pass may use on its backend, of which each worker has one. Default 1 GiB. */
  readonly memory?: number | undefined
  /** At most so many rows in a pass; the result does not depend on it. */
  readonly maxChunk?: number | undefined
  /** Stop early with the estimate at hand, and say so: after so many rows, so long, or so small a change of the map. */
  readonly stop?: { readonly passes?: number; readonly milliseconds?: number; readonly tolerance?: number } | undefined
  readonly onProgress?: ((done: number) => void) | undefined
}
