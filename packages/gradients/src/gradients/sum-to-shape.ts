import { broadcast_util, reshape, sum, type Tensor, util } from '@tensorflow/tfjs-core'

/** What is left of a gradient for an input of this shape that was broadcast. */
export function sumToShape(gradient: Tensor, shape: number[]): Tensor {
  if (util.arraysEqual(gradient.shape, shape)) return gradient
  const axes = broadcast_util.getReductionAxes(shape, gradient.shape)
  return reshape(axes.length > 0 ? sum(gradient, axes) : gradient, shape)
}
