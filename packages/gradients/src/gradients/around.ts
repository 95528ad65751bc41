import { util } from '@tensorflow/tfjs-core'

/** A shape seen from one of its axes: `[outer, length, inner]` has the same numbers in the same order. */
export const around = (shape: readonly number[], axis: number) => ({
  outer: util.sizeFromShape(shape.slice(0, axis)),
  length: shape[axis]!,
  inner: util.sizeFromShape(shape.slice(axis + 1)),
})
