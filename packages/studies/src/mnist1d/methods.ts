import { gradCam, gradCamPlusPlus } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { lime } from '@explainnet/lime'
import { occlusion } from '@explainnet/occlusion'
import { rise } from '@explainnet/rise'
import { saliency } from '@explainnet/saliency'
import { shap } from '@explainnet/shap'
import { sise } from '@explainnet/sise'
import { smoothGrad } from '@explainnet/smooth-grad'
import type { TableMethod } from '../confidence-change/index.ts'
import type { NamedNetwork } from './networks.ts'

/** Of RISE: with 40 steps, 1000 masks of 7 cells. */
const masks = 1000
/** LIME and KernelSHAP hide blocks of two steps. */
const blocks = { segments: 'grid', count: 20 } as const

/** What the study explains signals with, in the order of its figures. Everything that is hidden becomes 0, the mean of the data. */
export const signalMethods = ({ siseLayers: layers }: NamedNetwork): readonly TableMethod[] => [
  { name: 'saliency', title: 'Saliency', method: saliency(), channels: 'max-absolute' },
  {
    name: 'smooth-grad',
    title: 'SmoothGrad',
    method: smoothGrad(saliency(), { samples: 50 }),
    channels: 'max-absolute',
  },
  {
    name: 'integrated-gradients',
    title: 'Integrated gradients',
    method: integratedGradients({ steps: 64, baseline: 'zero' }),
  },
  { name: 'grad-cam', title: 'Grad-CAM', method: gradCam() },
  { name: 'grad-cam-plus-plus', title: 'Grad-CAM++', method: gradCamPlusPlus() },
  { name: 'sise', title: 'SISE', method: sise({ layers }) },
  { name: 'sise-soft', title: 'SISE, soft Otsu', method: sise({ layers, fusion: 'soft-otsu' }) },
  { name: 'rise', title: 'RISE', method: rise({ masks }) },
  { name: 'occlusion', title: 'Occlusion', method: occlusion({ window: 5, stride: 1 }) },
  { name: 'lime', title: 'LIME', method: lime({ ...blocks, samples: 500, baseline: 'zero' }) },
  { name: 'shap', title: 'KernelSHAP', method: shap({ ...blocks, samples: 500, baseline: 'zero' }) },
]
