import type { FinalActivation, Model, ModelCard, NamedArrays, NDArray, Space } from '../api.ts'
import { firstNonFinite, sizeOf } from '../arrays.ts'
import { ExplainError } from '../errors.ts'
import { checkOutput, isShape, readShapes, type ShapeOption, type ShapesOption } from './function.ts'
import { refuseAborted } from './pass.ts'

export interface FromPredictOptions {
  readonly inputs: ShapesOption
  readonly outputs: ShapesOption
  /** What the first output holds. Default: what the card says, else `scores`. */
  readonly output?: 'probabilities' | 'logits' | 'scores' | undefined
  /** How often a failed request is tried again, at once. Default 0. */
  readonly retries?: number | undefined
  readonly card?: ModelCard | undefined
}

type Answer = NDArray | NamedArrays
type Predict<I> = (batch: I, options: { readonly signal?: AbortSignal | undefined }) => Answer | Promise<Answer>

/**
 * A black box as a model: a server, ONNX Runtime, a function. It gets the batch itself if `inputs` is a single shape,
 * else arrays by name, and answers with the only output or outputs by name. With `output: 'logits'` a softmax (a sigmoid
 * over one unit) gives the probabilities. Probabilities cannot be undone: both spaces then hold them.
 *
 * Errors: `prediction-failed` (the cause attached), `bad-shape`, `non-finite-output`, `aborted`.
 */
export function fromPredict(fn: Predict<NDArray>, options: FromPredictOptions & { readonly inputs: ShapeOption }): Model
export function fromPredict(fn: Predict<NamedArrays>, options: FromPredictOptions): Model
export function fromPredict(fn: Predict<NDArray> | Predict<NamedArrays>, options: FromPredictOptions): Model {
  const inputs = readShapes(options.inputs, 'input')
  const outputs = readShapes(options.outputs, 'output')
  const output = options.output ?? options.card?.output
  const single = isShape(options.inputs)
  const retries = options.retries ?? 0
  const units = outputs[0]!.shape.at(-1)
  const finalActivation: FinalActivation =
    output !== 'logits' ? 'none' : outputs[0]!.shape.length === 2 && units === 1 ? 'binary-sigmoid' : 'softmax'
  // Without a final activation, the card is what tells probabilities from scores.
  const card = output && output !== options.card?.output ? { ...options.card, output } : options.card

  const model: Model = {
    kind: 'predict',
    inputs,
    outputs,
    finalActivation,
    card,
    // Its memory is elsewhere, and nobody tells how much.
    measured: () => model,
    async predict(batch, { space, signal }) {
      const rows = batch[inputs[0]!.name]?.shape[0] ?? 0
      const answer = await ask(fn as Predict<unknown>, single ? batch[inputs[0]!.name] : batch, retries, signal)
      const named: NamedArrays = isArray(answer) ? { [outputs[0]!.name]: answer } : answer
      const found: Record<string, NDArray> = {}
      outputs.forEach(({ name, shape }, i) => {
        const array = checkAnswer(name, named?.[name], shape, rows)
        found[name] = i === 0 ? inSpace(array, space, finalActivation) : array
      })
      return found
    },
  }
  return model
}

const isArray = (answer: Answer): answer is NDArray =>
  answer !== null && typeof answer === 'object' && Array.isArray(answer.shape)

async function ask(
  fn: Predict<unknown>,
  batch: unknown,
  retries: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  let cause: unknown
  for (let attempt = 0; attempt <= retries; attempt++) {
    refuseAborted(signal)
    try {
      return await fn(batch, { signal })
    } catch (error) {
      cause = error
    }
  }
  refuseAborted(signal)
  const tries = retries === 0 ? 'once' : `${retries + 1} times`
  throw new ExplainError(
    'prediction-failed',
    `The prediction function failed (tried ${tries}): ${cause instanceof Error ? cause.message : String(cause)}.`,
    'See the cause, or raise `retries` if the failure passes.',
    { cause },
  )
}

function checkAnswer(
  name: string,
  array: NDArray | undefined,
  shape: readonly (number | null)[],
  rows: number,
): NDArray {
  if (!array?.shape || !array.data) {
    throw new ExplainError(
      'bad-shape',
      `The answer has no output '${name}'.`,
      'Return { shape, data } for each output.',
    )
  }
  checkOutput(name, array.shape, shape, rows)
  if (array.data.length !== sizeOf(array.shape)) {
    throw new ExplainError(
      'bad-shape',
      `Output '${name}' says shape [${array.shape.join(', ')}] and holds ${array.data.length} numbers.`,
      'Make the two agree.',
    )
  }
  const data = Float32Array.from(array.data)
  const bad = firstNonFinite(data)
  if (bad < 0) return { shape: [...array.shape], data }
  throw new ExplainError(
    'non-finite-output',
    `Output '${name}' holds ${data[bad]} for row ${Math.floor((bad * rows) / data.length)}.`,
    'Check what the model was sent, and that its answer is read in the right type.',
  )
}

function inSpace({ shape, data }: NDArray, space: Space, activation: FinalActivation): NDArray {
  if (space === 'logit' || activation === 'none') return { shape, data }
  if (activation !== 'softmax') return { shape, data: data.map((logit) => 1 / (1 + Math.exp(-logit))) }
  const classes = shape.at(-1)!
  const probabilities = new Float32Array(data.length)
  for (let start = 0; start < data.length; start += classes) {
    const logits = data.subarray(start, start + classes)
    const top = logits.reduce((a, b) => Math.max(a, b))
    const powers = Array.from(logits, (logit) => Math.exp(logit - top))
    const sum = powers.reduce((a, b) => a + b, 0)
    powers.forEach((power, i) => {
      probabilities[start + i] = power / sum
    })
  }
  return { shape, data: probabilities }
}
