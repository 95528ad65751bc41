import type { AttributionMethod } from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { occlusion } from '@explainnet/occlusion'
import { inputXGradient, saliency } from '@explainnet/saliency'

interface Technique {
  readonly name: string
  readonly method: AttributionMethod
  /** How the numbers of one word's embedding, or one atom's kinds, become one. */
  readonly reduction: 'sum' | 'sum-absolute'
}

export const gradientMethods: readonly Technique[] = [
  { name: 'Saliency', method: saliency(), reduction: 'sum-absolute' },
  { name: 'Input × gradient', method: inputXGradient(), reduction: 'sum' },
  { name: 'Integrated gradients', method: integratedGradients(), reduction: 'sum' },
]

/** For words there is also leaving one out at a time. */
export const wordMethods: readonly Technique[] = [
  { name: 'Occlusion', method: occlusion({ window: 1 }), reduction: 'sum' },
  ...gradientMethods,
]
