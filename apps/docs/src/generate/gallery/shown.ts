import type { AttributionMap, AttributionMethod, Model, NDArray } from '@explainnet/core'
import { maxOverChannels, saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { noiseShare, type Technique, techniques } from '@explainnet/studies'
import { type NormalisedGrid, normalise } from '@explainnet/viz'

/** SmoothGrad as the study of noise and samples chose it: σ of 255, and noisy copies. */
export interface Smoothing {
  readonly noise: number
  readonly samples: number
}

/** Fewer passes than the defaults, so that the site builds in minutes; each is told on the page. */
const cheaper: Readonly<Record<string, { readonly options: Record<string, unknown>; readonly settings: string }>> = {
  'smooth-grad-squared': { options: { samples: 10 }, settings: '10 samples' },
  'var-grad': { options: { samples: 10 }, settings: '10 samples' },
  rise: { options: { masks: 100 }, settings: '100 masks' },
  sise: { options: { threshold: 0.6 }, settings: 'µ = 0.6' },
  occlusion: { options: { window: 16, stride: 16 }, settings: 'window 16, stride 16' },
  lime: { options: { samples: 80, count: 16 }, settings: '80 samples of 16 segments' },
  shap: { options: { samples: 80, count: 16 }, settings: '80 coalitions of 16 segments' },
}

/** A gradient's sign says in which direction a pixel would have to change, not whether it speaks for the class. */
const unsigned = new Set(['saliency', 'smooth-grad', 'smooth-grad-squared', 'var-grad', 'guided-backprop', 'deconvnet'])

export interface Shown extends Pick<Technique, 'name' | 'title' | 'package' | 'text'> {
  readonly settings?: string | undefined
  readonly signed: boolean
  method(model: Model, input: NDArray): AttributionMethod
  picture(map: AttributionMap): NormalisedGrid
}

/** Every technique of the repository as the gallery shows it. */
export const shownTechniques = ({ noise, samples }: Smoothing): readonly Shown[] =>
  techniques.map(({ name, title, text, make, ...technique }) => {
    const chosen = name === 'smooth-grad'
    const signed = !unsigned.has(name)
    return {
      name,
      title,
      text,
      package: technique.package,
      settings: chosen ? `σ ${noise} of 255, ${samples} samples` : cheaper[name]?.settings,
      signed,
      method: (model, input) =>
        chosen
          ? smoothGrad(saliency(), { noise: noiseShare(model, input, noise), samples })
          : make(cheaper[name]?.options),
      picture: (map) => normalise(signed ? map : maxOverChannels(map)),
    }
  })
