import {
  type AttributionMethod,
  explain,
  type NDArray,
  openTask,
  prepareImage,
  type RawImage,
  toRaw,
} from '@explainnet/core'
import { gradCam, gradCamPlusPlus } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { saliency } from '@explainnet/saliency'
import { mapPanelsFigure, normalise } from '@explainnet/viz'
import { preprocessingOf } from '../study/explain-images.ts'
import type { PageFigure } from '../study/page.ts'
import { className } from '../train/tiny-imagenet/test-files.ts'
import type { StudiedClassifier } from './networks.ts'

export interface ChosenImage {
  readonly name: string
  readonly image: RawImage
  /** English name, where it is known. */
  readonly truth?: string | undefined
}

/** Steps of integrated gradients in the study. */
export const steps = 50

const cams = { 'Grad-CAM': gradCam, 'Grad-CAM++': gradCamPlusPlus }

/** Grad-CAM and Grad-CAM++ in four panels, integrated gradients and saliency in three, of the predicted class. */
export async function explanationFigures(
  { model, key, title }: StudiedClassifier,
  { name, image }: ChosenImage,
  signal?: AbortSignal,
): Promise<PageFigure[]> {
  const preprocessing = preprocessingOf(model)
  const { input } = prepareImage(image, preprocessing)
  const picture = toRaw(input, preprocessing)
  const run = async (method: AttributionMethod<'gradients' | 'layers'>) => {
    const { maps, certificate } = await explain(model, input, method, { signal })
    return { map: Object.values(maps)[0]!, certificate, target: className(certificate.targets[0]!.name) }
  }
  const figures: PageFigure[] = []
  for (const [method, make] of Object.entries(cams)) {
    const { map, certificate, target } = await run(make())
    const raw = await run(make({ upsample: false }))
    figures.push({
      file: `${key}-${method === 'Grad-CAM' ? 'grad-cam' : 'grad-cam-plus-plus'}`,
      caption: `${method} of ${title} for ${target}: original, overlay, heat map with its scale, and the map of the layer itself. The layer, ${certificate.layer!.name}, comes from the network, where the original left a placeholder.${method === 'Grad-CAM' ? '' : ' The second and third derivatives of the paper come from the first, its score being the exponential of the logit.'}`,
      figure: mapPanelsFigure({
        title: `${method}, ${title}: ${name}, ${target}`,
        image: picture,
        map: normalise(map),
        raw: normalise(raw.map),
        unit: 'logit',
      }),
    })
  }
  const { map, certificate, target } = await run(integratedGradients({ steps, baseline: 'black' }))
  const relative = certificate.evidence.completeness!.relative[0]!
  figures.push({
    file: `${key}-integrated-gradients`,
    caption: `Integrated gradients of ${title} for ${target}, ${steps} steps from pixels that are zero: red speaks for the class, blue against it. Completeness is off by ${(100 * relative).toFixed(2)} %${relative > 0.05 ? `: ${steps} steps, as in the study, are too few here` : ''}.`,
    figure: mapPanelsFigure({
      title: `Integrated gradients, ${title}: ${name}, ${target}`,
      image: picture,
      map: normalise(map),
      unit: 'Δlogit',
    }),
  })
  const gradient = await run(saliency())
  figures.push({
    file: `${key}-saliency`,
    caption: `Saliency of ${title} for ${target}: the largest |gradient| of the channels.`,
    figure: mapPanelsFigure({
      title: `Saliency, ${title}: ${name}, ${target}`,
      image: picture,
      map: normalise(gradient.map, 0, { reduction: 'max-abs' }),
      unit: '|gradient|',
    }),
  })
  return figures
}

/** What a network takes the picture for. */
export async function predictionOf(
  { model }: StudiedClassifier,
  input: NDArray,
  signal?: AbortSignal,
): Promise<{ readonly label: string; readonly confidence: number }> {
  const { task } = await openTask(model, input, { signal })
  const { prediction } = task.targets[0]!
  return { label: className(prediction!.name), confidence: prediction!.probability! }
}
