import { gradCam, gradCamPlusPlus, hiResCam, layerCam } from '@explainnet/grad-cam'
import { guidedBackprop } from '@explainnet/guided-backprop'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { inputXGradient, saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import type { TableMethod } from '../confidence-change/changes.ts'
import { randomMap } from '../confidence-change/random-map.ts'

/** Of SmoothGrad: fewer than the paper's 50, so that 496 tiles take minutes. */
const smoothGradSamples = 20
/** Of integrated gradients, fixed, so that every tile costs the same. */
export const pathSteps = 24

/** Rows that cost at most a few dozen passes a tile: measured on the whole test set. Two of them know nothing. */
export const gradientRows = (): readonly TableMethod[] => [
  { name: 'random-map', title: 'Random map', method: randomMap() },
  { name: 'random-patches', title: 'Random patches', method: randomMap({ cells: 7 }) },
  { name: 'saliency', title: 'Saliency', method: saliency(), channels: 'max-absolute' },
  { name: 'grad-cam', title: 'Grad-CAM', method: gradCam() },
  { name: 'grad-cam-plus-plus', title: 'Grad-CAM++', method: gradCamPlusPlus() },
  {
    name: 'smooth-grad',
    title: 'SmoothGrad',
    method: smoothGrad(saliency(), { samples: smoothGradSamples }),
    channels: 'max-absolute',
  },
  {
    name: 'integrated-gradients',
    title: 'Integrated gradients, black',
    method: integratedGradients({ steps: pathSteps }),
  },
]

/** Shown beside them, and not measured. */
export const shownRows = (): readonly TableMethod[] => [
  { name: 'input-x-gradient', title: 'Input × gradient', method: inputXGradient() },
  { name: 'guided-backprop', title: 'Guided backprop', method: guidedBackprop(), channels: 'max-absolute' },
  { name: 'hirescam', title: 'HiResCAM', method: hiResCam() },
  { name: 'layercam', title: 'LayerCAM', method: layerCam() },
]
