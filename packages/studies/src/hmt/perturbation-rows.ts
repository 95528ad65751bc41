import { integratedGradients } from '@explainnet/integrated-gradients'
import { lime } from '@explainnet/lime'
import { occlusion } from '@explainnet/occlusion'
import { rise } from '@explainnet/rise'
import { shap } from '@explainnet/shap'
import { sise } from '@explainnet/sise'
import type { TableMethod } from '../confidence-change/changes.ts'
import { pathSteps } from './gradient-rows.ts'

/** Of RISE, with the centred estimator. */
const riseMasks = 200
/** Segments of LIME and KernelSHAP, and ten samples for each. */
const segments = { count: 10, samples: 100 } as const
/** Rows that cost hundreds of passes a tile, and other baselines of integrated gradients: measured on a sample. */
export const perturbationRows = (): readonly TableMethod[] => [
  { name: 'rise', title: 'RISE', method: rise({ masks: riseMasks }) },
  { name: 'sise', title: 'SISE', method: sise() },
  { name: 'occlusion', title: 'Occlusion', method: occlusion({ window: 32, stride: 32 }) },
  { name: 'lime', title: 'LIME', method: lime(segments) },
  { name: 'shap', title: 'KernelSHAP', method: shap(segments) },
  {
    name: 'integrated-gradients-white',
    title: 'Integrated gradients, white',
    method: integratedGradients({ steps: pathSteps, baseline: 'white' }),
  },
  {
    name: 'integrated-gradients-blur',
    title: 'Integrated gradients, blur',
    method: integratedGradients({ steps: pathSteps, baseline: 'blur' }),
  },
]
