/**
 * One synchronous pass with the engine's tape intercepted: what is recorded, and nothing else.
 *
 * The gradient registry alone is not enough. Fused convolutions and dense layers with a linear activation become
 * custom-gradient nodes, which hide their kernel and compute the gradients of their weights whether wanted or not.
 * So `addTapeNode`, `runKernel` and `clone` are replaced on the engine for the length of the pass.
 */
import { engine, getGradient, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayerRef } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { refuseLostMemory } from './backend-memory.ts'
import { type InnerKernel, unwrapFused } from './fused.ts'

export type Gradients = Record<string, () => Tensor>
type GradientFunction = (dy: Tensor | Tensor[], saved: Tensor[], attrs: Record<string, unknown>) => Gradients
type Named = Record<string, Tensor>

/** An operation that some watched tensor leads into. */
export interface TapeNode {
  readonly op: string
  readonly occurrence: number
  readonly layer: LayerRef | undefined
  readonly inputs: Named
  readonly outputs: readonly Tensor[]
  readonly attrs: Record<string, unknown>
  /** Custom-gradient nodes whose kernel is not known are opaque: no rule applies to them. */
  readonly opaque: boolean
  /** The output's shape as the kernel gave it; a fused operation may have reshaped it since. */
  readonly kernelShape: readonly number[]
  readonly gradient: ((dys: Tensor[]) => Gradients) | undefined
  /** Copies of inputs and output that outlive the forward pass; made only for a rule. */
  readonly seen: { readonly inputs: Named; readonly output: Tensor } | undefined
  release(): void
}

export interface Tape {
  readonly nodes: TapeNode[]
  /** Saved for a gradient that the model takes itself. */
  readonly saved: Tensor[]
  /** The layer that is running, for error messages and rules. */
  layer: LayerRef | undefined
  /** Differentiate by this tensor. */
  watch(tensor: Tensor): void
  /** Whether some watched tensor leads to this one through floating-point operations. */
  isWatched(tensor: Tensor): boolean
  /** Whether it is made from the rows of the batch, as weights are not. */
  isFromRows(tensor: Tensor): boolean
  markRows(tensor: Tensor): void
}

interface Engine {
  readonly state: { kernelDepth: number; gradientDepth: number; profiling: boolean }
  addTapeNode(
    kernel: string,
    inputs: Record<string, Tensor | undefined>,
    outputs: Tensor[],
    gradient: GradientFunction | null,
    saved: Tensor[],
    attrs: Record<string, unknown> | undefined,
  ): void
  runKernel(kernel: string, inputs: Record<string, Tensor>, attrs?: Record<string, unknown>): Tensor | Tensor[]
  readonly backend: { incRef(dataId: object): void }
  makeTensorFromTensorInfo(info: { dataId: object; shape: number[]; dtype: string }): Tensor
  clone(tensor: Tensor): Tensor
  keep(tensor: Tensor): Tensor
  startTape(): void
  endTape(): void
}

let running = false

/**
 * Runs `forward` on a recording tape and then `backward`, in one tidy scope. The engine is restored and everything
 * that was saved is disposed on every path. `observed` keeps what a backward rule needs to see.
 * Throws `nested-pass`, `gradients-not-registered`, `backend-lost`.
 */
export function onTape<F, B>(observed: boolean, forward: (tape: Tape) => F, backward: (tape: Tape, value: F) => B): B {
  const target = engine() as unknown as Engine
  if (running || target.state.gradientDepth > 0) {
    throw new ExplainError(
      'nested-pass',
      'A gradient pass was started inside another one.',
      'Finish the first; score functions and backward rules must not explain a model themselves.',
    )
  }
  requireGradients()
  const tape = newTape()
  const restore = intercept(target, tape, observed)
  running = true
  try {
    return tidy(() => {
      target.startTape()
      let value: F
      try {
        value = forward(tape)
      } finally {
        target.endTape()
      }
      return backward(tape, value) as never
    }) as B
  } finally {
    running = false
    restore()
    for (const node of tape.nodes) node.release()
    for (const tensor of tape.saved) tensor.dispose()
  }
}

function requireGradients(): void {
  if (getGradient('Relu')) return
  throw new ExplainError(
    'gradients-not-registered',
    'TensorFlow.js has no gradients registered.',
    "Call registerGradients() of '@explainnet/gradients' first, or import '@explainnet/node' or '@tensorflow/tfjs'.",
  )
}

function newTape(): Tape {
  const watched = new Set<number>()
  const rows = new Set<number>()
  return {
    nodes: [],
    saved: [],
    layer: undefined,
    watch: (tensor) => watched.add(tensor.id),
    isWatched: (tensor) => watched.has(tensor.id),
    markRows: (tensor) => rows.add(tensor.id),
    isFromRows: (tensor) => rows.has(tensor.id),
  }
}

function intercept(target: Engine, tape: Tape, observed: boolean): () => void {
  const { addTapeNode, runKernel, clone } = target
  const patched = ['addTapeNode', 'runKernel', 'clone'] as const
  const before = patched.map((name) => Object.getOwnPropertyDescriptor(target, name))
  const occurrences = new Map<string, number>()
  // By the id of a saved copy: what it is a copy of. A model that differentiates something itself computes with copies.
  const originals = new Map<number, Tensor>()
  let inner: InnerKernel[] = []

  target.runKernel = (kernel, inputs, attrs) => {
    const output = runKernel.call(target, kernel, inputs, attrs)
    refuseLostMemory(output)
    // Depth 1 on the forward pass: a kernel that a custom-gradient operation runs.
    if (target.state.gradientDepth > 0 && target.state.kernelDepth === 1) {
      inner.push({ kernel, inputs, attrs: attrs ?? {}, output: Array.isArray(output) ? output[0]! : output })
    }
    return output
  }

  // What is saved for the way back shares its numbers; the engine's own way makes wasm copy them.
  const share = (tensor: Tensor): Tensor => {
    target.backend.incRef(tensor.dataId)
    return target.makeTensorFromTensorInfo({ dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype })
  }
  target.clone = (tensor) => {
    const copy = target.state.gradientDepth > 1 ? clone.call(target, tensor) : share(tensor)
    originals.set(copy.id, originals.get(tensor.id) ?? tensor)
    return copy
  }

  target.addTapeNode = (kernel, allInputs, outputs, custom, saved, attrs) => {
    // The model differentiates something itself: the engine's own tape needs the node, too.
    const shared = target.state.gradientDepth > 1
    if (shared) addTapeNode.call(target, kernel, allInputs, outputs, custom, saved, attrs)
    // The engine also records the copies that it saves.
    if (target.state.kernelDepth > 0) return
    const kernels = inner
    inner = []
    const given = Object.fromEntries(Object.entries(allInputs).filter(([, tensor]) => tensor)) as Named
    const original = (named: Named): Named =>
      Object.fromEntries(Object.entries(named).map(([name, tensor]) => [name, originals.get(tensor.id) ?? tensor]))
    const inputs = original(given)
    const fused = custom ? unwrapFused(given, kernels, saved) : undefined
    const op = fused?.op ?? kernel
    const occurrence = occurrences.get(op) ?? 0
    occurrences.set(op, occurrence + 1)

    const tensors = Object.values(inputs)
    if (tensors.some(tape.isFromRows)) outputs.forEach(tape.markRows)
    const differentiable = outputs.filter((output) => output.dtype === 'float32' || output.dtype === 'complex64')
    if (!tensors.some(tape.isWatched) || differentiable.length === 0) {
      for (const tensor of saved) {
        if (shared) tape.saved.push(tensor)
        else tensor.dispose()
      }
      return
    }
    differentiable.forEach(tape.watch)

    const copies: Tensor[] = []
    const copy = (tensor: Tensor) => {
      const made = target.keep(share(tensor))
      copies.push(made)
      return made
    }
    const named = fused?.inputs ?? given
    const gradFunc = (getGradient(kernel)?.gradFunc as GradientFunction | undefined) ?? custom
    tape.nodes.push({
      op,
      occurrence,
      layer: tape.layer,
      inputs: original(named),
      outputs,
      attrs: fused?.attrs ?? attrs ?? {},
      opaque: custom !== null && custom !== undefined && !fused,
      kernelShape: fused?.shape ?? outputs[0]!.shape,
      gradient:
        fused?.gradient ??
        (gradFunc ? (dys) => gradFunc(dys.length > 1 ? dys : dys[0]!, saved, attrs ?? {}) : undefined),
      seen: observed
        ? {
            inputs: Object.fromEntries(Object.entries(named).map(([name, tensor]) => [name, copy(tensor)])),
            output: copy(outputs[0]!),
          }
        : undefined,
      release() {
        for (const tensor of saved) tensor.dispose()
        for (const tensor of copies) tensor.dispose()
      },
    })
  }

  return () => {
    patched.forEach((name, i) => {
      const descriptor = before[i]
      if (descriptor) Object.defineProperty(target, name, descriptor)
      else delete (target as Partial<Engine>)[name]
    })
  }
}
