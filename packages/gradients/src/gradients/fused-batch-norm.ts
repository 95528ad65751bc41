import {
  add,
  FusedBatchNorm,
  type FusedBatchNormAttrs,
  type GradConfig,
  mul,
  neg,
  rsqrt,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { gradientConfigs } from '../upstream/gradient-configs.js'

const upstream = gradientConfigs.find(({ kernelName }) => kernelName === FusedBatchNorm)!

/**
 * Upstream fault: the gradient of batch normalisation passes over the activations thirteen times, tiles the variance to their size,
 * and computes x − mean and dy·scale even when only the input's gradient is asked for.
 *
 * With r = 1/√(variance + ε), per channel: ∂x = dy·scale·r, ∂mean = −scale·r·Σdy, ∂variance = −½·scale·r³·Σdy·(x − mean),
 * ∂scale = r·Σdy·(x − mean), ∂offset = Σdy.
 */
export const fusedBatchNormGradient: GradConfig = {
  kernelName: FusedBatchNorm,
  inputsToSave: wherePresent(['x', 'mean', 'variance', 'scale']),
  gradFunc: (dys, saved, attrs) => {
    const [x, mean, variance, scale] = saved as [Tensor, Tensor, Tensor, Tensor | undefined]
    // Statistics of the activations' own rank are not per channel.
    if (mean.rank !== 1) return upstream.gradFunc(dys, saved, attrs)
    const dy = dys as Tensor
    const r = rsqrt(add(variance, (attrs as unknown as FusedBatchNormAttrs).varianceEpsilon))
    const factor = scale ? mul(r, scale) : r
    const leading = x.shape.slice(0, -1).map((_, axis) => axis)
    const overPixels = (t: Tensor) => sum(t, leading)
    const product = () => overPixels(mul(dy, sub(x, mean)))
    return {
      x: () => mul(dy, factor),
      mean: () => neg(mul(factor, overPixels(dy))),
      variance: () => mul(mul(mul(factor, mul(r, r)), -0.5), product()),
      scale: () => mul(r, product()),
      offset: () => overPixels(dy),
    }
  },
}

/** The engine saves what its `map` over these names gives, and stumbles over the scale where there is none. */
function wherePresent(names: string[]): string[] {
  return Object.assign(names, {
    map: (save: (name: string) => unknown) => Array.from(names, save).filter((tensor) => tensor != null),
  }) as string[]
}
