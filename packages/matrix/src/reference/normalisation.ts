import { build, valueAt } from './array.ts'
import type { ReferenceKernels } from './kernel.ts'

export const normalisation: ReferenceKernels = {
  FusedBatchNorm: ({ x, mean, variance, scale, offset }, { varianceEpsilon }) =>
    build(x!.shape, (at) => {
      const normal = (valueAt(x!, at) - valueAt(mean!, at)) / Math.sqrt(valueAt(variance!, at) + varianceEpsilon)
      return normal * (scale ? valueAt(scale, at) : 1) + (offset ? valueAt(offset, at) : 0)
    }),
  LRN: ({ x }, { depthRadius, bias, alpha, beta }) =>
    build(x!.shape, (at) => {
      let squares = 0
      const last = Math.min(at[3]! + depthRadius, x!.shape[3]! - 1)
      for (let c = Math.max(at[3]! - depthRadius, 0); c <= last; c++) squares += valueAt(x!, at.with(3, c)) ** 2
      return valueAt(x!, at) * (bias + alpha * squares) ** -beta
    }),
}
