import { ExplainError } from '@explainnet/core'
import { isObject, type Serialised } from './json.ts'
import { checkMasked } from './masks.ts'
import { references, type TensorReference } from './references.ts'
import type { Context } from './topology.ts'

/** For each call of a layer the tensors that it reads. */
export function connections(layer: Serialised, nodes: unknown, context: Context): TensorReference[][] {
  if (!Array.isArray(nodes)) throw damaged()
  return nodes.map((node) => {
    const [tensors, options] = isObject(node) ? keras3Node(node) : keras2Node(node)
    for (const [key, value] of Object.entries(options)) {
      if (value === null || value === false || (Array.isArray(value) && value.every((one) => one === null))) continue
      // Preprocessing is called so whether there is a training or not.
      if (key === 'training' && /^(Resizing|CenterCrop|Rescaling|CategoryEncoding)$/.test(layer.class_name)) continue
      // TensorFlow.js takes the states that a recurrent layer begins with from behind its input.
      if (key === 'initial_state') tensors.push(...references(value))
      else if (key === 'mask' && references(value).every(([name]) => context.masks.has(name)))
        checkMasked(layer, context)
      else context.problems.argument(String(layer.config['name']), layer.class_name, `being called with ${key}`)
    }
    return tensors
  })
}

/** Inputs or outputs of a model: a list, one alone, or by name. */
export function endpoints(given: unknown): TensorReference[] {
  const found = references(given)
  if (found.length === 0) throw damaged()
  return found
}

function keras2Node(node: unknown): [TensorReference[], Record<string, unknown>] {
  const tensors = references(node)
  const options = tensors.map(([, , , options]) => (isObject(options) ? options : {}))
  return [tensors.map(([layer, call, output]) => [layer, call, output]), Object.assign({}, ...options)]
}

function keras3Node(node: Record<string, unknown>): [TensorReference[], Record<string, unknown>] {
  const { args, kwargs } = node
  const tensors = references(args)
  return [tensors, isObject(kwargs) ? { ...kwargs } : {}]
}

const damaged = () =>
  new ExplainError('bad-file', "The configuration of the model is damaged: its layers' connections.", 'Save it again.')
