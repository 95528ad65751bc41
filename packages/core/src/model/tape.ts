/** What a pass records of its operations, and the scope in which it does so. */
import { engine, getGradient, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayerRef } from '../api.ts'
import { ExplainError } from '../errors.ts'
import { type Engine, intercept } from './intercept.ts'

export type Gradients = Record<string, () => Tensor>
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
