import { add, concat, engine, fill, reshape, slice, type Tensor, tidy, util, zeros } from '@tensorflow/tfjs-core'
import type { BackwardRule, LayerRef, TapeCall } from '../api.ts'
import { ExplainError } from '../errors.ts'
import type { Gradients, Tape, TapeNode } from './tape.ts'

/**
 * `scale`·∂Σ scores/∂t for every tensor of `wrt`, walking the tape from its end. Where no path leads, the gradient is zero.
 * Gradients and saved tensors are disposed as soon as they are used, so that the peak stays low.
 */
export function backpropagate(tape: Tape, scores: Tensor, wrt: readonly Tensor[], rule?: Rule, scale = 1): Tensor[] {
  const gradients = new Map<number, Tensor>([[scores.id, fill(scores.shape, scale)]])
  const wanted = new Set(wrt.map((tensor) => tensor.id))
  for (let node = tape.nodes.pop(); node; node = tape.nodes.pop()) {
    try {
      if (node.outputs.some((output) => gradients.has(output.id))) step(tape, node, gradients, wanted, rule)
    } finally {
      node.release()
    }
  }
  return wrt.map((tensor) => gradients.get(tensor.id) ?? zeros(tensor.shape))
}

export interface Rule {
  readonly apply: BackwardRule
  /** Rows in front, when as many reference rows run behind them. */
  readonly rows?: number | undefined
}

function step(tape: Tape, node: TapeNode, gradients: Map<number, Tensor>, wanted: Set<number>, rule?: Rule): void {
  const inputs = Object.entries(node.inputs).filter(([, tensor]) => tape.isWatched(tensor))
  const born = (engine() as unknown as { nextTensorId(): number }).nextTensorId()
  const found = tidy(() => {
    const dys = node.outputs.map((output) => gradients.get(output.id) ?? zeros(output.shape))
    const ruled =
      rule && node.seen && !node.opaque && node.outputs.length === 1 ? applyRule(tape, node, dys[0]!, rule) : {}
    const own = inputs.every(([name]) => ruled[name]) ? {} : ownGradients(node, dys)
    return inputs.map(([name, tensor]) => {
      const dx = ruled[name] ? checked(ruled[name](), tensor, node) : compute(node, () => own[name]!())
      // A gradient that was handed through would be disposed with its first owner.
      return dx.id < born ? dx.clone() : dx
    })
  })
  for (const output of node.outputs) {
    if (wanted.has(output.id)) continue
    gradients.get(output.id)?.dispose()
    gradients.delete(output.id)
  }
  inputs.forEach(([, tensor], i) => {
    const previous = gradients.get(tensor.id)
    gradients.set(tensor.id, previous ? add(previous, found[i]!) : found[i]!)
    if (previous) {
      previous.dispose()
      found[i]!.dispose()
    }
  })
}

function ownGradients(node: TapeNode, dys: Tensor[]): Gradients {
  if (!node.gradient) throw noGradient(node)
  return compute(node, () => node.gradient!(dys))
}

/** tfjs says in its own words that it lacks a kernel or an option; the cure is the same as for a missing gradient. */
function compute<T>(node: TapeNode, gradient: () => T): T {
  try {
    return gradient()
  } catch (cause) {
    if (cause instanceof ExplainError) throw cause
    throw noGradient(node, cause)
  }
}

function noGradient(node: TapeNode, cause?: unknown): ExplainError {
  const detail = cause instanceof Error ? ` (${cause.message})` : ''
  return new ExplainError(
    'no-gradient-for-op',
    `The operation ${node.op}${inLayer(node.layer)} has no gradient on this backend${detail}.`,
    "If registerGradients() of '@explainnet/gradients' was called, register one for it (tf.registerGradient), explain a layer behind it, or use a method that needs predictions only.",
    { cause },
  )
}

const inLayer = (layer: LayerRef | undefined) => (layer ? ` in layer '${layer.name}'` : '')

function applyRule(tape: Tape, node: TapeNode, dy: Tensor, { apply, rows }: Rule): Gradients {
  const whole = present(node, dy)
  if (rows === undefined) {
    const { op, occurrence, layer, attrs } = node
    return carryBack(node, apply({ op, occurrence, layer, attrs, ...whole.call }, whole.dy), (dx) => dx)
  }
  const length = whole.call.output.shape[0] ?? 0
  const isPaired = (name: string) => tape.isFromRows(node.inputs[name]!)
  const divides = (tensor: Tensor) => tensor.rank > 0 && tensor.shape[0]! % (2 * rows) === 0
  const data = Object.keys(node.inputs).filter(isPaired)
  // Rows that are no longer in front cannot be told apart: the operation keeps its own gradient.
  if (length % (2 * rows) !== 0 || !data.every((name) => divides(whole.call.inputs[name]!))) return {}
  const half = (tensor: Tensor, which: 0 | 1): Tensor => {
    const count = tensor.shape[0]! / 2
    const start = tensor.shape.map((_, axis) => (axis === 0 ? which * count : 0))
    return slice(tensor, start, [count, ...tensor.shape.slice(1)])
  }
  const side = (which: 0 | 1): Pick<TapeCall, 'inputs' | 'output'> => ({
    inputs: Object.fromEntries(
      Object.entries(whole.call.inputs).map(([name, tensor]) => [name, isPaired(name) ? half(tensor, which) : tensor]),
    ),
    output: half(whole.call.output, which),
  })
  const { op, occurrence, layer, attrs } = node
  const given = apply({ op, occurrence, layer, attrs, ...side(0), paired: side(1) }, half(whole.dy, 0))
  return carryBack(node, given, (dx, name) => (isPaired(name) ? concat([dx, zeros(dx.shape)], 0) : dx))
}

/** A matrix product of two matrices is fused as a batch of one: shown without that axis, so that rows come first. */
function present(node: TapeNode, dy: Tensor): { call: Pick<TapeCall, 'inputs' | 'output'>; dy: Tensor } {
  const { inputs, output } = node.seen!
  const flat = node.op === '_FusedMatMul' && output.rank === 2
  const shape = flat ? output.shape : [...node.kernelShape]
  const view = (tensor: Tensor) => (flat && tensor.rank === 3 ? reshape(tensor, tensor.shape.slice(1)) : tensor)
  return {
    call: {
      inputs: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, view(tensor)])),
      output: util.arraysEqual(output.shape, shape) ? output : reshape(output, shape),
    },
    dy: util.arraysEqual(dy.shape, shape) ? dy : reshape(dy, shape),
  }
}

function carryBack(
  node: TapeNode,
  given: Record<string, () => Tensor> | undefined,
  extend: (dx: Tensor, name: string) => Tensor,
): Gradients {
  const carried: Gradients = {}
  for (const [name, gradient] of Object.entries(given ?? {})) {
    const input = node.inputs[name]
    if (!input) throw badRule(node, `gives a gradient for '${name}', which it does not have`)
    carried[name] = () => {
      const dx = extend(gradient(), name)
      return dx.size === input.size && dx.rank !== input.rank ? reshape(dx, input.shape) : dx
    }
  }
  return carried
}

function checked(dx: Tensor, input: Tensor, node: TapeNode): Tensor {
  if (util.arraysEqual(dx.shape, input.shape)) return dx
  throw badRule(node, `gives a gradient of shape [${dx.shape.join(', ')}] for an input of [${input.shape.join(', ')}]`)
}

const badRule = (node: TapeNode, what: string) =>
  new ExplainError(
    'bad-method',
    `The backward rule for ${node.op}${inLayer(node.layer)} ${what}.`,
    `Return gradients for ${Object.keys(node.inputs).join(', ')}, each of its input's shape.`,
  )
