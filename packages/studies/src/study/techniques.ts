import type { AttributionMethod, OptionSchema } from '@explainnet/core'
import { gradCam, gradCamPlusPlus, hiResCam, layerCam } from '@explainnet/grad-cam'
import { deconvnet, guidedBackprop } from '@explainnet/guided-backprop'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { lime } from '@explainnet/lime'
import { occlusion } from '@explainnet/occlusion'
import { rise } from '@explainnet/rise'
import { inputXGradient, saliency } from '@explainnet/saliency'
import { shap } from '@explainnet/shap'
import { sise } from '@explainnet/sise'
import { smoothGrad, smoothGradSquared, varGrad } from '@explainnet/smooth-grad'

/** A technique by its name on the command line. */
export interface Technique {
  readonly name: string
  /** As figures call it. */
  readonly title: string
  readonly package: string
  readonly text: string
  readonly options: OptionSchema
  /** Takes hundreds of passes an image: runs where it is named. */
  readonly slow?: boolean
  /** For wrappers: what they wrap unless told otherwise. */
  readonly wraps?: string
  make(options?: Record<string, unknown>, inner?: AttributionMethod): AttributionMethod
}

const plain = (
  title: string,
  pkg: string,
  text: string,
  factory: (options: Record<string, unknown>) => AttributionMethod,
): Technique => {
  const { name, options } = factory({})
  return { name, title, package: pkg, text, options, make: (given = {}) => factory(given) }
}

const perturbing = (...given: Parameters<typeof plain>): Technique => ({ ...plain(...given), slow: true })

const wrapper = (
  title: string,
  text: string,
  factory: (inner: AttributionMethod, options: Record<string, unknown>) => AttributionMethod,
): Technique => {
  const { name, options } = factory(saliency(), {})
  return {
    name,
    title,
    package: '@explainnet/smooth-grad',
    text,
    options,
    wraps: 'saliency',
    make: (given = {}, inner = saliency()) => factory(inner, given),
  }
}

/** Every technique that this repository has, in the order of the figures. */
export const techniques: readonly Technique[] = [
  plain('Saliency', '@explainnet/saliency', 'gradient of the score by each pixel', (given) =>
    saliency(given as Record<string, never>),
  ),
  plain('Input × gradient', '@explainnet/saliency', 'gradient times pixel', (given) => inputXGradient(given)),
  wrapper('SmoothGrad', 'mean of a method over noisy copies of the image', (inner, given) => smoothGrad(inner, given)),
  wrapper('SmoothGrad²', 'mean of the squared maps of noisy copies', (inner, given) => smoothGradSquared(inner, given)),
  wrapper('VarGrad', 'variance of the maps of noisy copies', (inner, given) => varGrad(inner, given)),
  plain(
    'Integrated gradients',
    '@explainnet/integrated-gradients',
    'gradients along the path from a baseline; sums to the difference of scores',
    (given) => integratedGradients(given),
  ),
  plain('Grad-CAM', '@explainnet/grad-cam', 'channels of a layer weighted by their mean gradient', (given) =>
    gradCam(given),
  ),
  plain('Grad-CAM++', '@explainnet/grad-cam', 'the same with weights for several instances', (given) =>
    gradCamPlusPlus(given),
  ),
  plain('HiResCAM', '@explainnet/grad-cam', "channels of a layer weighted by each position's own gradient", (given) =>
    hiResCam(given),
  ),
  plain('LayerCAM', '@explainnet/grad-cam', 'the same with what speaks for the target alone', (given) =>
    layerCam(given),
  ),
  perturbing('RISE', '@explainnet/rise', 'how the score rises with what random masks leave to be seen', (given) =>
    rise(given),
  ),
  perturbing('SISE', '@explainnet/sise', 'feature maps as masks, fused over the layers of a network', (given) =>
    sise(given),
  ),
  perturbing('Occlusion', '@explainnet/occlusion', 'how the score falls when a sliding window is hidden', (given) =>
    occlusion(given),
  ),
  plain(
    'Guided backprop',
    '@explainnet/guided-backprop',
    'gradient that ReLUs let pass where positive; fails sanity checks, kept as a control',
    (given) => guidedBackprop(given as Record<string, never>),
  ),
  plain(
    'Deconvnet',
    '@explainnet/guided-backprop',
    'the same whatever came in forward; fails sanity checks too',
    (given) => deconvnet(given as Record<string, never>),
  ),
  perturbing('LIME', '@explainnet/lime', 'a linear model of what hiding segments does; any black box', (given) =>
    lime(given),
  ),
  perturbing('SHAP', '@explainnet/shap', 'Shapley values of segments by KernelSHAP; any black box', (given) =>
    shap(given),
  ),
]

export const findTechnique = (name: string): Technique | undefined =>
  techniques.find((technique) => technique.name === name)
