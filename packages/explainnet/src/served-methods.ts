import type { AttributionMethod } from '@explainnet/core'
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

/** Makes a method from options that came from elsewhere; it checks them. */
export type MethodFactory = (options: Readonly<Record<string, unknown>>) => AttributionMethod

/** Every method there is, by its name, for `serveExplainer({ methods: servedMethods })`; those that wrap another one wrap saliency. */
export const servedMethods: Readonly<Record<string, MethodFactory>> = {
  saliency: (options) => saliency(options as Record<string, never>),
  'input-x-gradient': (options) => inputXGradient(options),
  'smooth-grad': (options) => smoothGrad(saliency(), options),
  'smooth-grad-squared': (options) => smoothGradSquared(saliency(), options),
  'var-grad': (options) => varGrad(saliency(), options),
  'integrated-gradients': (options) => integratedGradients(options),
  'grad-cam': (options) => gradCam(options),
  'grad-cam-plus-plus': (options) => gradCamPlusPlus(options),
  'hires-cam': (options) => hiResCam(options),
  'layer-cam': (options) => layerCam(options),
  rise: (options) => rise(options),
  sise: (options) => sise(options),
  occlusion: (options) => occlusion(options),
  'guided-backprop': (options) => guidedBackprop(options as Record<string, never>),
  deconvnet: (options) => deconvnet(options as Record<string, never>),
  lime: (options) => lime(options),
  shap: (options) => shap(options),
}
