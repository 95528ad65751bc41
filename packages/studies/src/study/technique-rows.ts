import { type Attribution, type AttributionMethod, explain, type LayeredModel, type RawImage } from '@explainnet/core'
import { gradCam, gradCamPlusPlus } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { inputXGradient, maxOverChannels, saliency } from '@explainnet/saliency'
import { type SmoothGradOptions, smoothGrad } from '@explainnet/smooth-grad'
import { type NormalisedGrid, normalise } from '@explainnet/viz'
import { noiseShare } from './smoothing.ts'
import type { StageOptions } from './stage.ts'
import type { StudyImage } from './study-images.ts'

export const studyTechniques = [
  'Saliency',
  'Saliency, capped',
  '|Gradient| × input',
  'SmoothGrad',
  'Integrated gradients',
  'Grad-CAM',
  'Grad-CAM++',
] as const

export type StudyTechnique = (typeof studyTechniques)[number]

/** A row of the study's figures: one photograph by every technique. */
export interface TechniqueRow {
  readonly name: string
  readonly probability: number | undefined
  readonly image: RawImage
  readonly maps: Readonly<Record<StudyTechnique, NormalisedGrid>>
  /** `capped` costs nothing beside saliency. */
  readonly costs: Readonly<Partial<Record<StudyTechnique, Attribution['certificate']['cost']>>>
}

/** SmoothGrad's noise in raw units of 255, and its samples; undefined: the defaults of `smoothGrad`. */
export type Smoothing = { readonly noise: number; readonly samples: number } | undefined

/** Every technique of the study on one photograph a class. The class explained is the predicted one. */
export async function techniquesForEveryClass(
  model: LayeredModel,
  images: readonly StudyImage[],
  smoothing: Smoothing,
  { signal, onProgress }: Pick<StageOptions, 'signal' | 'onProgress'>,
): Promise<TechniqueRow[]> {
  const rows: TechniqueRow[] = []
  for (const [place, { label, input, picture }] of images.entries()) {
    onProgress?.(place / images.length, `${label}: all techniques`)
    const costs: Partial<Record<StudyTechnique, Attribution['certificate']['cost']>> = {}
    const run = async (name: StudyTechnique, method: AttributionMethod<'gradients' | 'layers'>) => {
      const { maps, certificate } = await explain(model, input, method, { signal })
      costs[name] = certificate.cost
      return { map: Object.values(maps)[0]!, target: certificate.targets[0]! }
    }
    const smooth: Partial<SmoothGradOptions> = smoothing
      ? { noise: noiseShare(model, input, smoothing.noise), samples: smoothing.samples }
      : {}
    const gradient = await run('Saliency', saliency())
    const product = await run('|Gradient| × input', inputXGradient({ absolute: true }))
    const smoothed = await run('SmoothGrad', smoothGrad(saliency(), smooth))
    const integrated = await run('Integrated gradients', integratedGradients())
    const cam = await run('Grad-CAM', gradCam())
    const camPlusPlus = await run('Grad-CAM++', gradCamPlusPlus())
    const strongest = maxOverChannels(gradient.map)
    const { name, probability } = gradient.target
    rows.push({
      name: name === label ? label : `${label}, taken for ${name}`,
      probability,
      image: picture,
      maps: {
        Saliency: normalise(strongest, 0, { percentile: 100 }),
        'Saliency, capped': normalise(strongest, 0, { percentile: 99 }),
        '|Gradient| × input': normalise(maxOverChannels(product.map)),
        SmoothGrad: normalise(maxOverChannels(smoothed.map)),
        'Integrated gradients': normalise(integrated.map),
        'Grad-CAM': normalise(cam.map),
        'Grad-CAM++': normalise(camPlusPlus.map),
      },
      costs,
    })
  }
  return rows
}
