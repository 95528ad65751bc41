/** The way of numbers onto the backend and back; between the two a pass is synchronous and tidy. */
import { dispose, slice, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import type { GradientOptions, NamedArrays, NamedTensors, NDArray, ScoreFunction, TensorSpec } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { refuseLostMemory, refusingLostDevice, refusingLostMemory, watchCommands } from './backend-memory.ts'
import { backpropagate } from './backward.ts'
import { halfFloatScale, usesHalfFloats } from './half-float.ts'
import { onTape, type Tape } from './tape.ts'

/**
 * Uploads, runs `body` once without interruption, downloads what it returns. Nothing is left on the backend on any path.
 * Throws `bad-shape`, `unknown-input`, `backend-lost`, `out-of-memory`, and what `body` throws.
 */
export async function runPass<K extends string>(
  specs: readonly TensorSpec[],
  inputs: NamedArrays,
  body: (inputs: NamedTensors) => Record<K, Tensor>,
): Promise<Record<K, NDArray>> {
  const refuseCommands = watchCommands()
  const results = refusingLostMemory(() =>
    tidy(() => {
      const found = body(upload(specs, inputs))
      refuseLostMemory(Object.values(found))
      // A copy may be disposed even where the model handed out a weight of its own.
      return Object.fromEntries(Object.entries<Tensor>(found).map(([name, value]) => [name, value.clone()]))
    }),
  )
  try {
    const names = Object.keys(results)
    const arrays = await refusingLostDevice(
      () => Promise.all(names.map((name) => download(results[name]!))),
      refuseCommands,
    )
    return Object.fromEntries(names.map((name, i) => [name, arrays[i]!])) as Record<K, NDArray>
  } finally {
    dispose(results)
  }
}

function upload(specs: readonly TensorSpec[], inputs: NamedArrays): NamedTensors {
  const tensors: NamedTensors = {}
  for (const { name, shape, dtype } of specs) {
    const array = inputs[name]
    if (!array) {
      throw new ExplainError('unknown-input', `Input '${name}' is missing.`, 'Give an array for every input.')
    }
    const fits =
      array.shape.length === shape.length &&
      shape.every((side, i) => i === 0 || side === null || side === array.shape[i])
    if (!fits) {
      throw new ExplainError(
        'bad-shape',
        `Input '${name}' has shape [${array.shape.join(', ')}].`,
        `The model wants [${shape.map((side) => side ?? '…').join(', ')}].`,
      )
    }
    tensors[name] = tensor(dtype === 'int32' ? Int32Array.from(array.data) : array.data, [...array.shape], dtype)
  }
  refuseLostMemory(Object.values(tensors))
  return tensors
}

async function download(value: Tensor): Promise<NDArray> {
  // The cpu backend hands out its own buffer.
  return { shape: value.shape, data: Float32Array.from(await value.data()) }
}

export interface Differentiation {
  readonly specs: readonly TensorSpec[]
  readonly inputs: NamedArrays
  readonly score: ScoreFunction
  readonly options?: GradientOptions | undefined
  /** Outputs in the space of the score. */
  forward(inputs: NamedTensors, tape: Tape): NamedTensors
}

/**
 * Scores, and ∂score/∂t of every tensor that `wrt` names after the forward pass; `also` hands out further tensors.
 * With reference rows, only the rows in front are scored and returned.
 */
export async function differentiate(
  { specs, inputs, score, options, forward }: Differentiation,
  wrt: (inputs: NamedTensors) => { by: NamedTensors; also?: NamedTensors },
  watchInputs: boolean,
): Promise<{ scores: Float32Array; gradients: NamedArrays; also: NamedArrays }> {
  const rows = inputs[specs[0]!.name]?.shape[0] ?? 0
  const reference = options?.reference
  const stacked = reference ? stack(inputs, reference) : inputs
  const front = (value: Tensor) => (reference ? firstRows(value, rows) : value)
  // A rule need not be proportional to what it is given.
  const scale = usesHalfFloats() && !options?.rule ? halfFloatScale : 1
  const found = await runPass(specs, stacked, (tensors) =>
    onTape(
      options?.rule !== undefined,
      (tape) => {
        for (const { name, dtype } of specs) {
          tape.markRows(tensors[name]!)
          if (watchInputs && dtype === 'float32') tape.watch(tensors[name]!)
        }
        const outputs = forward(tensors, tape)
        tape.layer = undefined
        const scores = score(reference ? mapTensors(outputs, front) : outputs)
        if (scores.rank !== 1 || scores.shape[0] !== rows) {
          throw new ExplainError(
            'bad-shape',
            `The score function gave a tensor of shape [${scores.shape.join(', ')}] for ${rows} rows.`,
            `It must give one number a row: shape [${rows}].`,
          )
        }
        const { by, also } = wrt(tensors)
        return { scores, by, also: also ?? {} }
      },
      (tape, { scores, by, also }) => {
        const rule = options?.rule && { apply: options.rule, ...(reference ? { rows } : {}) }
        const kept = scores.clone()
        const names = Object.keys(by)
        const gradients = backpropagate(tape, scores, Object.values(by), rule, scale)
        const all: NamedTensors = { scores: kept }
        names.forEach((name, i) => {
          all[`gradient:${name}`] = front(gradients[i]!)
        })
        for (const [name, value] of Object.entries(also)) all[`also:${name}`] = front(value)
        return all
      },
    ),
  )
  const part = (prefix: string) =>
    Object.fromEntries(
      Object.entries(found)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, array]) => [name.slice(prefix.length), array]),
    )
  const gradients = part('gradient:')
  if (scale !== 1) for (const { data } of Object.values(gradients)) divide(data, scale)
  return { scores: found['scores']!.data, gradients, also: part('also:') }
}

function divide(data: NDArray['data'], by: number): void {
  for (let i = 0; i < data.length; i++) data[i]! /= by
}

const mapTensors = (tensors: NamedTensors, change: (value: Tensor) => Tensor): NamedTensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, change(value)]))

const firstRows = (value: Tensor, rows: number): Tensor =>
  slice(
    value,
    value.shape.map(() => 0),
    [rows, ...value.shape.slice(1)],
  )

function stack(inputs: NamedArrays, reference: NamedArrays): NamedArrays {
  const stacked: Record<string, NDArray> = {}
  for (const [name, { shape, data }] of Object.entries(inputs)) {
    const behind = reference[name]
    if (behind?.data.length !== data.length || behind.shape.some((side, axis) => side !== shape[axis])) {
      throw new ExplainError(
        'bad-shape',
        `The reference for input '${name}' has shape [${behind?.shape.join(', ') ?? 'missing'}].`,
        `Give as many rows as the input has: [${shape.join(', ')}].`,
      )
    }
    const both = new Float32Array(2 * data.length)
    both.set(data)
    both.set(behind.data, data.length)
    stacked[name] = { shape: [2 * shape[0]!, ...shape.slice(1)], data: both }
  }
  return stacked
}

/** Throws `aborted` once the signal says so. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new ExplainError('aborted', 'The prediction was stopped.', 'Ask again without the signal.', {
    cause: signal.reason,
  })
}
