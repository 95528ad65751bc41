import { type AttributionMethod, apiVersion, resolveOptions } from '@explainnet/core'
import { type LayerMapOptions, type LayerValues, layerMapSchema, layerMaps } from './layer-map.ts'

/**
 * HiResCAM: ReLU(Σ_k g_k ⊙ A_k), g = ∂score/∂A: every position is weighed by its own gradient, where Grad-CAM takes the
 * mean over all positions and so can light up places that the score does not depend on.
 *
 * Where only a linear layer follows, the sums over positions before the ReLU add up to the logit less its bias. Map,
 * layer, errors and cost as for `gradCam`.
 *
 * Draelos & Carin 2020, "Use HiResCAM instead of Grad-CAM for faithful explanations", https://arxiv.org/abs/2011.08891
 */
export function hiResCam(given: Partial<LayerMapOptions> = {}) {
  return elementWise('hires-cam', 'hiResCam', 'https://arxiv.org/abs/2011.08891', given, (gradient) => gradient)
}

/**
 * LayerCAM: ReLU(Σ_k ReLU(g_k) ⊙ A_k), g = ∂score/∂A: of each position's own gradient only what speaks for the target.
 * Meant for earlier layers too, whose maps are finer: `layer` names one. Map, layer, errors and cost as for `gradCam`.
 *
 * Jiang et al. 2021, "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", equations 5–7,
 * https://doi.org/10.1109/TIP.2021.3089943
 */
export function layerCam(given: Partial<LayerMapOptions> = {}) {
  const paper = 'https://doi.org/10.1109/TIP.2021.3089943'
  return elementWise('layer-cam', 'layerCam', paper, given, (gradient) => Math.max(0, gradient))
}

function elementWise(
  name: string,
  factory: string,
  paper: string,
  given: Partial<LayerMapOptions>,
  weight: (gradient: number) => number,
) {
  const options = resolveOptions<LayerMapOptions>(name, layerMapSchema, given)
  const sum = ({ activation, gradient, channels }: LayerValues) => {
    const sums = new Float64Array(activation.length / channels)
    for (let i = 0; i < activation.length; i++) sums[Math.floor(i / channels)]! += weight(gradient[i]!) * activation[i]!
    return sums
  }
  return {
    apiVersion,
    name,
    needs: 'layers',
    deterministic: true,
    options: layerMapSchema,
    spec: { module: '@explainnet/grad-cam', export: factory, options: { ...options } },
    paper,
    async *attribute(task) {
      yield { maps: await layerMaps(task, options, sum) }
    },
  } satisfies AttributionMethod<'layers'>
}
