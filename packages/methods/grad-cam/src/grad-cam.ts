import { type AttributionMethod, apiVersion, resolveOptions } from '@explainnet/core'
import { type LayerMapOptions, type LayerValues, layerMapSchema, layerMaps, weightedSum } from './layer-map.ts'

export type GradCamOptions = LayerMapOptions

/**
 * Grad-CAM: ReLU(Σ_k w_k A_k) with w_k the mean over all positions of ∂score/∂A_k, where A is a layer's output.
 *
 * The map is never negative and keeps its raw scale. It has no channel axis: `[n, height, width]`, `[n, time]`, …, at
 * the input's spatial size (domain `spatial`), or at the layer's with `upsample: false` (domain `layer`). A map that is
 * zero everywhere is warned of as `dead-map`, a layer under 5×5 that was chosen for you as `small-layer`. Throws
 * `unknown-layer` if the layer is not there or has no spatial axes.
 *
 * Cost: one forward and one backward pass an example.
 *
 * Selvaraju et al. 2017, "Grad-CAM", equations 1 and 2, https://arxiv.org/abs/1610.02391
 */
export function gradCam(given: Partial<GradCamOptions> = {}) {
  const options = resolveOptions<GradCamOptions>('grad-cam', layerMapSchema, given)
  return {
    apiVersion,
    name: 'grad-cam',
    needs: 'layers',
    deterministic: true,
    options: layerMapSchema,
    spec: { module: '@explainnet/grad-cam', export: 'gradCam', options: { ...options } },
    paper: 'https://arxiv.org/abs/1610.02391',
    async *attribute(task) {
      yield { maps: await layerMaps(task, options, (values) => weightedSum(values, meanGradients(values))) }
    },
  } satisfies AttributionMethod<'layers'>
}

function meanGradients({ gradient, channels }: LayerValues): Float64Array {
  const weights = new Float64Array(channels)
  for (let i = 0; i < gradient.length; i++) weights[i % channels]! += gradient[i]!
  return weights.map((sum) => (sum * channels) / gradient.length)
}
