import {
  cast,
  div,
  type GradConfig,
  Max,
  type MaxAttrs,
  Min,
  type MinAttrs,
  mul,
  notEqual,
  reshape,
  sub,
  sum,
  type Tensor,
  util,
} from '@tensorflow/tfjs-core'
import { broadcast } from './broadcast.ts'

/**
 * Upstream fault, here and in {@link minGradient}: where several values tie, each gets the whole gradient, which no subgradient does.
 * A channel that is zero everywhere, as a ReLU leaves them, would count as often as it has pixels under a global maximum. As in
 * TensorFlow, they share it.
 */
export const maxGradient: GradConfig = {
  kernelName: Max,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => ({
    x: () => shared(dy as Tensor, saved as [Tensor, Tensor], (attrs as unknown as MaxAttrs).reductionIndices),
  }),
}

export const minGradient: GradConfig = {
  ...maxGradient,
  kernelName: Min,
  gradFunc: (dy, saved, attrs) => ({
    x: () => shared(dy as Tensor, saved as [Tensor, Tensor], (attrs as unknown as MinAttrs).axis),
  }),
}

function shared(dy: Tensor, [x, y]: [Tensor, Tensor], axis: number | number[]): Tensor {
  const axes = util.parseAxisParam(axis, x.shape)
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
  // Counted out of one: tfjs-backend-webgpu cannot sum along axes what was cast from truth values. Broadcast first: comparing does
  // that a hundred times slower on wasm.
  const ties = sub(1, cast(notEqual(x, broadcast(reshape(y, kept), x.shape)), 'float32'))
  return mul(ties, div(reshape(dy, kept), sum(ties, axes, true)))
}
