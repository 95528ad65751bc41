import { type GradConfig, Mean, mul, reshape, Sum, type SumAttrs, type Tensor, util } from '@tensorflow/tfjs-core'
import { broadcast } from './broadcast.ts'

/**
 * Upstream fault: the gradients of Sum and Mean multiply by a tensor of ones that is filled in JavaScript and uploaded anew each
 * time, which costs more than the reduction.
 */
export const sumGradient: GradConfig = {
  kernelName: Sum,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => spread(dy as Tensor, x!, (attrs as unknown as SumAttrs).axis),
  }),
}

/** See {@link sumGradient}. */
export const meanGradient: GradConfig = {
  kernelName: Mean,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const gradient = dy as Tensor
      return spread(mul(gradient, gradient.size / x!.size), x!, (attrs as unknown as SumAttrs).axis)
    },
  }),
}

function spread(dy: Tensor, x: Tensor, axis: number | number[]): Tensor {
  const axes = util.parseAxisParam(axis, x.shape)
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
  return broadcast(reshape(dy, kept), x.shape)
}
