import { Tensor } from '@tensorflow/tfjs-core'
import type { ModelInput, NamedArrays, NDArray, TensorSpec } from './api.ts'
import { firstNonFinite, sizeOf } from './arrays.ts'
import { ExplainError } from './errors.ts'

/**
 * The user's input as named batches of plain numbers, copied, checked against the model: names, rank, sizes, finite.
 * Throws `unknown-input`, `bad-shape` or `non-finite-input`.
 */
export async function readInputs(specs: readonly TensorSpec[], input: ModelInput): Promise<NamedArrays> {
  const named = isNumeric(input) ? onlyInput(specs, input) : input
  for (const name of Object.keys(named)) {
    if (!specs.some((spec) => spec.name === name)) {
      throw new ExplainError('unknown-input', `The model has no input '${name}'.`, `It has ${names(specs)}.`)
    }
  }
  const arrays: Record<string, NDArray> = {}
  for (const spec of specs) {
    const value = named[spec.name]
    if (!value) {
      throw new ExplainError('unknown-input', `Input '${spec.name}' is missing.`, `Give all of ${names(specs)}.`)
    }
    arrays[spec.name] = await readArray(spec, value)
  }
  const batches = new Set(Object.values(arrays).map((array) => array.shape[0]))
  if (batches.size > 1) {
    throw new ExplainError(
      'bad-shape',
      `The inputs have different batch sizes (${[...batches].join(', ')}).`,
      'Give each input the same number of examples.',
    )
  }
  return arrays
}

const names = (specs: readonly TensorSpec[]) => specs.map((spec) => `'${spec.name}'`).join(', ')
const isNumeric = (input: ModelInput): input is Tensor | NDArray =>
  input instanceof Tensor || ('shape' in input && Array.isArray(input.shape))

function onlyInput(specs: readonly TensorSpec[], input: Tensor | NDArray): Record<string, Tensor | NDArray> {
  if (specs.length !== 1) {
    throw new ExplainError(
      'unknown-input',
      `One array was given to a model with ${specs.length} inputs.`,
      `Give an object with ${names(specs)}.`,
    )
  }
  return { [specs[0]!.name]: input }
}

async function readArray(spec: TensorSpec, value: Tensor | NDArray): Promise<NDArray> {
  const single = value.shape.length === spec.shape.length - 1
  const shape = single ? [1, ...value.shape] : [...value.shape]
  const fits =
    shape.length === spec.shape.length && spec.shape.every((side, i) => i === 0 || side === null || side === shape[i])
  if (!fits || sizeOf(shape) === 0) {
    const wanted = spec.shape.map((side) => side ?? '…').join(', ')
    throw new ExplainError(
      'bad-shape',
      `Input '${spec.name}' has shape [${value.shape.join(', ')}].`,
      `The model wants [${wanted}], or one example without the batch axis.`,
    )
  }
  const data = Float32Array.from(value instanceof Tensor ? await value.data() : value.data)
  if (data.length !== sizeOf(shape)) {
    throw new ExplainError(
      'bad-shape',
      `Input '${spec.name}' says shape [${value.shape.join(', ')}] and holds ${data.length} numbers.`,
      'Make the two agree.',
    )
  }
  const bad = firstNonFinite(data)
  if (bad >= 0) {
    throw new ExplainError(
      'non-finite-input',
      `Input '${spec.name}' holds ${data[bad]} at position ${bad}.`,
      'Clean the data before explaining it.',
    )
  }
  return { shape, data }
}
