import {
  add,
  FusedBatchNorm,
  type FusedBatchNormAttrs,
  type GradConfig,
  mul,
  neg,
  rsqrt,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { sumToShape } from './sum-to-shape.ts'

/**
 * Upstream fault: the gradient of batch normalisation passes over the activations thirteen times, tiles the variance to their size,
 * computes x − mean and dy·scale even when only the input's gradient is asked for, and throws where the statistics are neither of one
 * axis nor of the activations' shape.
 *
 * With r = 1/√(variance + ε), and Σ over what shares its statistics: ∂x = dy·scale·r, ∂mean = −scale·r·Σdy, ∂variance = −½·scale·r³·Σdy·(x − mean),
 * ∂scale = r·Σdy·(x − mean), ∂offset = Σdy.
 */
export const fusedBatchNormGradient: GradConfig = {
  kernelName: FusedBatchNorm,
  inputsToSave: wherePresent(['x', 'mean', 'variance', 'scale']),
  gradFunc: (dys, saved, attrs) => {
    const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor | undefined]
    const dy = dys as Tensor
    const r = rsqrt(add(variance, (attrs as unknown as FusedBatchNormAttrs).varianceEpsilon))
    const factor = scale ? mul(r, scale) : r
    const perStatistic = (t: Tensor) => sumToShape(t, mean.shape)
    const product = () => perStatistic(mul(dy, sub(x, mean)))
    return {
      x: () => mul(dy, factor),
      mean: () => neg(mul(factor, perStatistic(dy))),
      variance: () => mul(mul(mul(factor, mul(r, r)), -0.5), product()),
      scale: () => mul(r, product()),
      offset: () => perStatistic(dy),
    }
  },
}

/** The engine saves what its `map` over these names gives, and stumbles over the scale where there is none. */
function wherePresent(names: string[]): string[] {
  return Object.assign(names, {
    map: (save: (name: string) => unknown) => Array.from(names, save).filter((tensor) => tensor != null),
  }) as string[]
}
