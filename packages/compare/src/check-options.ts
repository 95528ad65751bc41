import { ExplainError, type Model, type NDArray, rowOf } from '@explainnet/core'
import type { ComparedMethod, CompareOptions } from './api.ts'

/** Throws `bad-option` or `bad-shape` for what cannot be compared. */
export function checkOptions(
  model: Model,
  input: NDArray,
  methods: readonly ComparedMethod[],
  { target, labels, masks }: CompareOptions,
): void {
  const bad = (what: string, cure: string) => {
    throw new ExplainError('bad-option', what, cure)
  }
  const examples = input.shape[0]
  if (methods.length === 0) bad('There is no method to compare.', 'Give at least one.')
  if (new Set(methods.map(({ name }) => name)).size < methods.length)
    bad('Two methods have one name.', 'Name them apart.')
  if (model.inputs.length > 1)
    bad('The model has several inputs.', 'Compare on a model of one: fix the others in a function.')
  if (target && typeof target === 'object' && 'top' in target)
    bad('Every example needs one target.', 'Compare without `top`.')
  if (labels && labels.length !== examples)
    bad(`There are ${labels.length} labels for ${examples} examples.`, 'Give one each.')
  if (masks) checkMasks(masks, model, input)
}

function checkMasks(masks: NDArray, model: Model, input: NDArray): void {
  const channels = model.inputs[0]!.axes.at(-1) === 'channel'
  const wanted = channels ? input.shape.slice(0, -1) : input.shape
  if (masks.shape.join() !== wanted.join()) {
    throw new ExplainError(
      'bad-shape',
      `The masks have shape [${masks.shape.join(', ')}], the examples [${input.shape.join(', ')}].`,
      `Give one value a position: [${wanted.join(', ')}].`,
    )
  }
  const empty = Array.from({ length: masks.shape[0]! }, (_, example) => rowOf(masks, example)).findIndex((mask) =>
    mask.every((value) => value === 0),
  )
  if (empty < 0) return
  throw new ExplainError('bad-option', `The mask of example ${empty} is empty.`, 'Leave the example out, or the masks.')
}
