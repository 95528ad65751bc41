import type { BaselineChoice, BaselineOption, ModelCard, NamedArrays, NDArray, TensorSpec } from './api.ts'
import { firstNonFinite, rowOf, sizeOf } from './arrays.ts'
import { rawToModel } from './card/index.ts'
import { ExplainError } from './errors.ts'
import type { RandomStream } from './random.ts'

/** A baseline's values, not yet judged by the model. `shared`: the same for every example, so one evaluation will do. */
export interface BaselineValues {
  readonly name: string
  readonly weight: number
  readonly inputs: NamedArrays
  readonly shared: boolean
}

export interface BaselineContext {
  readonly specs: readonly TensorSpec[]
  readonly card: ModelCard | undefined
  /** The examples, `[size, …]`. */
  readonly inputs: NamedArrays
  readonly random: RandomStream
  readonly warn: (message: string) => void
}

export function resolveBaselines(option: BaselineOption, context: BaselineContext): BaselineValues[] {
  const choices: readonly BaselineChoice[] = isList(option) ? option : [option]
  if (choices.length === 0) {
    throw new ExplainError('unknown-baseline', 'The list of baselines is empty.', "Give at least one, such as 'black'.")
  }
  return choices.map((choice, index) => {
    const { name, fill, shared } = recipe(choice, context, index)
    const inputs: Record<string, NDArray> = {}
    for (const spec of context.specs) {
      const source = context.inputs[spec.name]!
      // Integer inputs (token numbers, masks) have no "nothing"; they keep the example's values unless given.
      inputs[spec.name] =
        spec.dtype === 'int32' && !isGiven(choice) ? source : { shape: source.shape, data: fill(spec, source) }
    }
    const keeps = context.specs.some((spec) => inputs[spec.name] === context.inputs[spec.name])
    return { name, weight: 1 / choices.length, inputs, shared: shared && !keeps }
  })
}

const isList = (option: BaselineOption): option is readonly BaselineChoice[] => Array.isArray(option)
const isGiven = (choice: BaselineChoice) => typeof choice === 'object' && 'inputs' in choice

interface Recipe {
  readonly name: string
  readonly shared: boolean
  readonly fill: (spec: TensorSpec, source: NDArray) => Float32Array
}

function recipe(choice: BaselineChoice, context: BaselineContext, index: number): Recipe {
  if (typeof choice === 'object') {
    if ('value' in choice) {
      if (!Number.isFinite(choice.value)) throw unknown(choice)
      return { name: `value ${choice.value}`, shared: true, fill: constant(() => [choice.value]) }
    }
    if ('blur' in choice) {
      if (!(choice.blur > 0)) throw unknown(choice)
      return { name: `blur ${choice.blur}`, shared: false, fill: blurred(() => choice.blur) }
    }
    if ('inputs' in choice) return given(choice, index)
    throw unknown(choice)
  }
  switch (choice) {
    case 'zero':
      return { name: 'zero', shared: true, fill: constant(() => [0]) }
    case 'black':
    case 'grey':
    case 'white':
      return raw(choice, context)
    case 'mean':
      return { name: 'mean', shared: false, fill: channelMeans }
    case 'blur':
      // A tenth of the longer side leaves colours and the rough layout, and nothing to recognise.
      return { name: 'blur', shared: false, fill: blurred((sides) => Math.max(...sides) / 10) }
    case 'uniform':
      return { name: 'uniform', shared: false, fill: noise(context, index) }
    default:
      throw unknown(choice)
  }
}

const unknown = (choice: unknown) =>
  new ExplainError(
    'unknown-baseline',
    `There is no baseline ${JSON.stringify(choice)}.`,
    "Use 'zero', 'black', 'grey', 'white', 'mean', 'blur', 'uniform', { value }, { blur: sigma > 0 } or { inputs }.",
  )

const isImage = (spec: TensorSpec) => spec.axes.includes('height') && spec.axes.includes('width')

const rawValues = { black: 0, grey: 127.5, white: 255 } as const

function raw(name: keyof typeof rawValues, context: BaselineContext): Recipe {
  const preprocessing = context.card?.input
  if (preprocessing && context.specs.some(isImage)) {
    const values = rawToModel(rawValues[name], preprocessing)
    return { name, shared: true, fill: constant((spec) => (isImage(spec) ? values : [0])) }
  }
  if (name !== 'black') {
    throw new ExplainError(
      'unknown-baseline',
      `Baseline '${name}' is in raw pixel units, and the model has no card that says what they become.`,
      'Give a model card with its preprocessing, or { value } in the units of the model.',
    )
  }
  if (context.specs.some(isImage)) {
    context.warn("The model has no card, so baseline 'black' is taken as 0 in the model's own units.")
  }
  return { name: 'zero', shared: true, fill: constant(() => [0]) }
}

const constant =
  (values: (spec: TensorSpec) => readonly number[]) =>
  (spec: TensorSpec, source: NDArray): Float32Array => {
    const period = values(spec)
    return Float32Array.from(source.data, (_, i) => period[i % period.length]!)
  }

function channelMeans(_: TensorSpec, source: NDArray): Float32Array {
  const channels = source.shape.length > 2 ? source.shape.at(-1)! : 1
  const result = new Float32Array(source.data.length)
  for (let example = 0; example < source.shape[0]!; example++) {
    const row = rowOf(source, example)
    const sums = new Float64Array(channels)
    row.forEach((value, i) => {
      sums[i % channels]! += value
    })
    const target = rowOf({ shape: source.shape, data: result }, example)
    for (let i = 0; i < target.length; i++) target[i] = (sums[i % channels]! * channels) / row.length
  }
  return result
}

const noise =
  (context: BaselineContext, index: number) =>
  (spec: TensorSpec, source: NDArray): Float32Array => {
    const preprocessing = isImage(spec) ? context.card?.input : undefined
    const size = sizeOf(source.shape.slice(1))
    // One noise image for all examples: an example's baseline must not depend on its place in the batch.
    const stream = context.random.stream(index).stream(context.specs.indexOf(spec))
    const draws = Float64Array.from({ length: size }, () => stream.uniform())
    const result = new Float32Array(source.data.length)
    for (let example = 0; example < source.shape[0]!; example++) {
      const row = rowOf(source, example)
      const low = preprocessing ? rawToModel(0, preprocessing) : [row.reduce((a, b) => Math.min(a, b))]
      const high = preprocessing ? rawToModel(255, preprocessing) : [row.reduce((a, b) => Math.max(a, b))]
      const target = rowOf({ shape: source.shape, data: result }, example)
      for (let i = 0; i < size; i++) {
        const from = low[i % low.length]!
        target[i] = from + (high[i % high.length]! - from) * draws[i]!
      }
    }
    return result
  }

function given(
  choice: { readonly name?: string | undefined; readonly inputs: NDArray | NamedArrays },
  index: number,
): Recipe {
  const one = Array.isArray((choice.inputs as NDArray).shape) ? (choice.inputs as NDArray) : undefined
  return {
    name: choice.name ?? `given ${index + 1}`,
    shared: false,
    fill(spec, source) {
      const array = one ?? (choice.inputs as NamedArrays)[spec.name]
      if (!array) {
        throw new ExplainError('unknown-baseline', `The baseline lacks input '${spec.name}'.`, 'Give every input.')
      }
      const copies = source.data.length / array.data.length
      const whole = array.data.length === sizeOf(source.shape)
      const single = array.data.length === sizeOf(source.shape.slice(1))
      if (!whole && !single) {
        throw new ExplainError(
          'bad-shape',
          `The baseline of '${spec.name}' has shape [${array.shape.join(', ')}].`,
          `Give [${source.shape.slice(1).join(', ')}], or [${source.shape.join(', ')}] for a baseline an example.`,
        )
      }
      if (firstNonFinite(array.data) >= 0) {
        throw new ExplainError('non-finite-input', `The baseline of '${spec.name}' is not finite.`, 'Clean it.')
      }
      const data = new Float32Array(source.data.length)
      for (let copy = 0; copy < copies; copy++) data.set(array.data, copy * array.data.length)
      return data
    },
  }
}

/**
 * Gaussian blur over the spatial axes as three box blurs a side (Wells 1986), edges repeated: within 3 % of the
 * Gaussian, and made of + and ÷ only, so that it is the same everywhere.
 */
const blurred =
  (sigmaOf: (sides: readonly number[]) => number) =>
  (_: TensorSpec, source: NDArray): Float32Array => {
    const shape = source.shape.length > 2 ? source.shape : [...source.shape, 1]
    const sides = shape.slice(1, -1)
    const sigma = sigmaOf(sides)
    let data = Float64Array.from(source.data)
    for (let axis = 1; axis < shape.length - 1; axis++) {
      const stride = sizeOf(shape.slice(axis + 1))
      for (const radius of boxRadii(sigma)) data = boxBlur(data, shape[axis]!, stride, radius)
    }
    return Float32Array.from(data)
  }

/** Three odd box widths whose variances add up to σ². */
function boxRadii(sigma: number): number[] {
  const ideal = Math.sqrt((12 * sigma * sigma) / 3 + 1)
  const lower = Math.max(1, 2 * Math.floor((ideal - 1) / 2) + 1)
  const narrow = Math.round((12 * sigma * sigma - 3 * lower * lower - 12 * lower - 9) / (-4 * lower - 4))
  return [0, 1, 2].map((pass) => ((pass < narrow ? lower : lower + 2) - 1) / 2)
}

function boxBlur(data: Float64Array, side: number, stride: number, radius: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(data.length)
  const clamp = (i: number) => Math.min(side - 1, Math.max(0, i))
  for (let block = 0; block < data.length; block += side * stride) {
    for (let offset = block; offset < block + stride; offset++) {
      for (let i = 0; i < side; i++) {
        let sum = 0
        for (let tap = i - radius; tap <= i + radius; tap++) sum += data[offset + clamp(tap) * stride]!
        result[offset + i * stride] = sum / (2 * radius + 1)
      }
    }
  }
  return result
}
