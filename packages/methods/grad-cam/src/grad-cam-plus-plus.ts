import { type AttributionMethod, apiVersion, type OptionSchema, resolveOptions } from '@explainnet/core'
import { type LayerMapOptions, type LayerValues, layerMapSchema, layerMaps, weightedSum } from './layer-map.ts'

export interface GradCamPlusPlusOptions extends LayerMapOptions {
  /** `paper`: α as published. `official`: α of each channel divided by its sum, as the authors' code does. Default `paper`. */
  readonly variant: 'paper' | 'official'
}

const schema = {
  ...layerMapSchema,
  variant: {
    type: 'choice',
    text: "The paper's α, or α normalised in each channel as in the authors' code.",
    default: 'paper',
    choices: ['paper', 'official'],
  },
} as const satisfies OptionSchema

/**
 * Grad-CAM++: ReLU(Σ_k w_k A_k) with w_k = Σ_ij α_ij·ReLU(g_ij), g = ∂score/∂A_k and α = g²/(2g² + ΣA_k·g³). α matters
 * only where g > 0, and there it is 1/(2 + ΣA_k·g), so that no ε is needed. The paper's factor exp(score) scales the
 * whole map; it is left out because it overflows. Values that are not finite count as 0.
 *
 * Map, layer, errors and cost as for `gradCam`. The weights are meant for activations that are not negative: where
 * ΣA_k < 0 the denominator can vanish, which is warned of as `unstable-weights`. The map depends on the scale of the
 * logits, not only in size.
 *
 * Chattopadhyay et al. 2018, "Grad-CAM++", equations 10 and 19, https://arxiv.org/abs/1710.11063
 */
export function gradCamPlusPlus(given: Partial<GradCamPlusPlusOptions> = {}) {
  const options = resolveOptions<GradCamPlusPlusOptions>('grad-cam-plus-plus', schema, given)
  return {
    apiVersion,
    name: 'grad-cam-plus-plus',
    needs: 'layers',
    deterministic: true,
    options: schema,
    spec: { module: '@explainnet/grad-cam', export: 'gradCamPlusPlus', options: { ...options } },
    paper: 'https://arxiv.org/abs/1710.11063',
    async *attribute(task) {
      const { layer, upsample, variant } = options
      const maps = await layerMaps(task, { layer, upsample }, (values, example) => {
        const { weights, unstable } = positiveWeights(values, variant === 'official')
        if (unstable > 0) {
          const what = `${unstable} of ${values.channels} channels sum to less than 0 and make the denominator of α small.`
          task.warn('unstable-weights', `${what} Name a layer after its ReLU.`, example)
        }
        return weightedSum(values, weights)
      })
      yield { maps }
    },
  } satisfies AttributionMethod<'layers'>
}

function positiveWeights({ activation, gradient, channels }: LayerValues, normalised: boolean) {
  const sums = new Float64Array(channels)
  for (let i = 0; i < activation.length; i++) sums[i % channels]! += activation[i]!
  const weights = new Float64Array(channels)
  const alphas = new Float64Array(channels)
  const small = new Set<number>()
  for (let i = 0; i < gradient.length; i++) {
    const slope = gradient[i]!
    if (!(slope > 0)) continue
    const channel = i % channels
    const denominator = 2 + sums[channel]! * slope
    // For activations that are not negative it is at least 2; under 1, α is already twice what it can be then.
    if (denominator < 1) small.add(channel)
    const alpha = 1 / denominator
    if (!Number.isFinite(alpha)) continue
    alphas[channel]! += alpha
    weights[channel]! += alpha * slope
  }
  if (normalised) for (let k = 0; k < channels; k++) weights[k] = alphas[k] === 0 ? 0 : weights[k]! / alphas[k]!
  return { weights, unstable: small.size }
}
