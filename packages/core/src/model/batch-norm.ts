import { add, mul, rsqrt, type Tensor } from '@tensorflow/tfjs-core'
import type { Gradients } from './tape.ts'

/**
 * ∂/∂x of (x − mean)·scale/√(variance + ε) + offset with fixed statistics. The registered gradient of `FusedBatchNorm`
 * works out those of its other inputs eagerly, and fails where there is no scale.
 */
export function batchNormGradient(
  [, , variance, scale]: readonly (Tensor | undefined)[],
  attrs: Readonly<Record<string, unknown>>,
): (dys: Tensor[]) => Gradients {
  return ([dy]) => ({
    x() {
      const slope = rsqrt(add(variance!, attrs['varianceEpsilon'] as number))
      return mul(dy!, scale ? mul(slope, scale) : slope)
    },
  })
}
