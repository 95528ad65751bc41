import { Tensor } from '@tensorflow/tfjs-core'
import type { Axis, DifferentiableModel, FinalActivation, ModelCard, NamedTensors, Space, TensorSpec } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { guessAxes } from './axes.ts'
import { applyActivation } from './final-activation.ts'
import { passesOf } from './passes.ts'

/** A shape with the batch as `null` in front, or more of what the array is; names come from the record's keys. */
export type ShapeOption =
  | readonly (number | null)[]
  | {
      readonly shape: readonly (number | null)[]
      readonly dtype?: 'float32' | 'int32' | undefined
      readonly axes?: readonly Axis[] | undefined
    }
/** One shape, for an only array named `input` or `output`, or a shape for each name. */
export type ShapesOption = ShapeOption | Readonly<Record<string, ShapeOption>>

export interface FromFunctionOptions {
  readonly inputs: ShapesOption
  readonly outputs: ShapesOption
  /**
   * What turns the function's outputs into probabilities. The function itself stops before it; the adapter applies it
   * where probabilities are asked for. Default `none`: the outputs are scores.
   */
  readonly finalActivation?: FinalActivation | undefined
  readonly card?: ModelCard | undefined
}

type ModelFunction<I> = (inputs: I) => Tensor | NamedTensors

/**
 * A function made of tf operations as a model. It gets the tensor itself if `inputs` is a single shape, else tensors by
 * name, and gives back the only output or outputs by name. It must be synchronous and must not mix rows.
 *
 * `predict` costs one forward pass, `scoreAndGradient` one forward and one backward pass. Errors: `bad-shape`,
 * `unknown-input`, `gradients-not-registered`, `no-gradient-for-op`, `nested-pass`, `backend-lost`.
 */
export function fromFunction(
  fn: ModelFunction<Tensor>,
  options: FromFunctionOptions & { readonly inputs: ShapeOption },
): DifferentiableModel
export function fromFunction(fn: ModelFunction<NamedTensors>, options: FromFunctionOptions): DifferentiableModel
export function fromFunction(
  fn: ModelFunction<Tensor> | ModelFunction<NamedTensors>,
  options: FromFunctionOptions,
): DifferentiableModel {
  const inputs = readShapes(options.inputs, 'input')
  const outputs = readShapes(options.outputs, 'output')
  const finalActivation = options.finalActivation ?? 'none'
  const single = isShape(options.inputs)

  const forward = (tensors: NamedTensors, space: Space): NamedTensors => {
    const given = (fn as ModelFunction<unknown>)(single ? tensors[inputs[0]!.name] : { ...tensors })
    const named: NamedTensors = given instanceof Tensor ? { [outputs[0]!.name]: given } : given
    const found: NamedTensors = {}
    for (const { name, shape } of outputs) {
      const output = named?.[name]
      if (!output) {
        throw new ExplainError(
          'bad-shape',
          `The function gave no output '${name}'.`,
          'Return a tensor for each output.',
        )
      }
      checkOutput(name, output.shape, shape, Object.values(tensors)[0]!.shape[0]!)
      found[name] = space === 'probability' ? applyActivation(output, finalActivation) : output
    }
    return found
  }

  return {
    kind: 'function',
    inputs,
    outputs,
    finalActivation,
    card: options.card,
    ...passesOf(inputs, forward),
  }
}

export const isShape = (option: ShapesOption): option is ShapeOption =>
  Array.isArray(option) || ('shape' in option && Array.isArray(option.shape))

export function readShapes(option: ShapesOption, name: string): readonly TensorSpec[] {
  if (!isShape(option)) return Object.entries(option).map(([key, shape]) => readShape(key, shape))
  return [readShape(name, option)]
}

function readShape(name: string, option: ShapeOption): TensorSpec {
  const { shape, dtype, axes } = 'shape' in option ? option : { shape: option, dtype: undefined, axes: undefined }
  if (shape.length === 0 || shape[0] !== null) {
    throw new ExplainError(
      'bad-option',
      `The shape of '${name}' is [${shape.join(', ')}].`,
      'Write the batch axis in front, as null.',
    )
  }
  return { name, shape, dtype: dtype ?? 'float32', axes: axes ?? guessAxes(shape.length) }
}

export function checkOutput(
  name: string,
  found: readonly number[],
  wanted: readonly (number | null)[],
  rows: number,
): void {
  const fits =
    found.length === wanted.length &&
    found[0] === rows &&
    wanted.every((side, axis) => axis === 0 || side === null || side === found[axis])
  if (fits) return
  throw new ExplainError(
    'bad-shape',
    `Output '${name}' has shape [${found.join(', ')}] for ${rows} rows.`,
    `It was announced as [${[rows, ...wanted.slice(1).map((side) => side ?? '…')].join(', ')}].`,
  )
}
