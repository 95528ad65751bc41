import { explain, type LayeredModel } from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { baselineFigure, mapPanelsFigure, normalise, pathStripFigure } from '@explainnet/viz'
import { integrationPath } from './integration-path.ts'
import type { PageFigure } from './page.ts'
import type { StudyImage } from './study-images.ts'

const steps = 50
/** Every fifth of 50 steps, so that α rises by tenths. */
const every = 5

/** The path of integrated gradients from black to one photograph: its images with the score, and the two by two figure. */
export async function pathFigures(model: LayeredModel, image: StudyImage, signal?: AbortSignal): Promise<PageFigure[]> {
  const { input, label, picture } = image
  const { target, map, completeness, points } = await integrationPath(model, input, { steps, every, signal })
  return [
    {
      file: 'path',
      caption: `The straight path from a black picture to the photograph, and the logit of ${target.name} along it; every fifth of ${steps} steps. The original took the gradient at the wrong point of the path and scaled the sum by a factor k/m too many; here Σ A misses f(x) − f(b) by ${completeness.delta.toFixed(3)} (${(100 * completeness.relative).toFixed(2)} %).`,
      figure: pathStripFigure({
        title: `Integrated gradients: the path to ${label}`,
        scoreTitle: `Logit of ${target.name}`,
        points: points.map(({ alpha, picture, score }) => ({ alpha, image: picture, score })),
      }),
    },
    {
      file: 'baseline',
      caption:
        'Baseline, photograph, |attribution|, and the mask over the photograph. The original normalised its pictures twice and in the wrong channel order; here the model card says how, and it is done once.',
      figure: baselineFigure({
        title: `Integrated gradients: ${label}`,
        baseline: points[0]!.picture,
        image: picture,
        map: normalise(map),
      }),
    },
  ]
}

/** Grad-CAM of one photograph: original, overlay, heat map with colour bar, raw map of the layer. */
export async function gradCamFigure(model: LayeredModel, image: StudyImage, signal?: AbortSignal): Promise<PageFigure> {
  const { input, label, picture } = image
  const { maps, certificate } = await explain(model, input, gradCam(), { signal })
  const raw = await explain(model, input, gradCam({ upsample: false }), { signal })
  const layer = certificate.layer!.name
  return {
    file: 'grad-cam',
    caption: `The layer, ${layer}, is found in the graph: the last activated map before pooling; the original left its name as a placeholder.`,
    figure: mapPanelsFigure({
      title: `Grad-CAM: ${label}`,
      image: picture,
      map: normalise(Object.values(maps)[0]!),
      raw: normalise(Object.values(raw.maps)[0]!),
      unit: 'logit',
    }),
  }
}
