import { type Model, type NamedArrays, type NDArray, openTask, takeRows } from '@explainnet/core'
import type { Prediction } from '../api.ts'

/** The `top` classes of the first example, best first. Two forward passes. */
export async function predictTop(
  model: Model,
  input: NDArray | NamedArrays,
  top: number,
  signal: AbortSignal,
): Promise<readonly Prediction[]> {
  const count = classesOf(model)
  const target = { top: count === undefined ? top : Math.min(top, count) }
  const { task } = await openTask(model, firstOf(model, input), { target, space: 'logit', signal })
  return task.targets.map(({ index, name, score, probability }) => ({ index: index!, label: name, score, probability }))
}

function classesOf({ outputs, finalActivation }: Model): number | undefined {
  if (finalActivation === 'binary-sigmoid') return 2
  return outputs[0]?.shape.at(-1) ?? undefined
}

/** The first row of a batch; one example without a batch axis as it is. */
function firstOf({ inputs }: Model, input: NDArray | NamedArrays): NDArray | NamedArrays {
  const first = (array: NDArray, rank: number | undefined): NDArray =>
    array.shape.length === rank && array.shape[0]! > 1 ? takeRows({ array }, [0])['array']! : array
  if (isArray(input)) return first(input, inputs[0]?.shape.length)
  const ranks = new Map(inputs.map(({ name, shape }) => [name, shape.length]))
  return Object.fromEntries(Object.entries(input).map(([name, array]) => [name, first(array, ranks.get(name))]))
}

const isArray = (input: NDArray | NamedArrays): input is NDArray => Array.isArray(input['shape'])
