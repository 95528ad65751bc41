import { explain, type LayeredModel, type NDArray, rowOf, toRaw } from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { baselineFigure, mapPanelsFigure, normalise, pathStripFigure } from '@explainnet/viz'
import { preprocessingOf } from './explain-images.ts'
import type { PageFigure } from './page.ts'
import type { StudyImage } from './study-images.ts'

const steps = 50
/** Every fifth of 50 steps, so that α rises by tenths. */
const every = 5

/** The path of integrated gradients from black to one photograph: its images with the score, and the two by two figure. */
export async function pathFigures(model: LayeredModel, image: StudyImage, signal?: AbortSignal): Promise<PageFigure[]> {
  const { input, label, picture } = image
  const method = integratedGradients({ steps, path: true })
  const { maps, extras, certificate } = await explain(model, input, method, { signal })
  const name = model.inputs[0]!.name
  const path = extras[`path.${name}`]!
  const alphas = extras['path.alphas']!.data
  const points = Array.from({ length: steps / every + 1 }, (_, i) => i * every)
  const shape = [points.length, ...input.shape.slice(1)]
  const data = new Float32Array(points.length * input.data.length)
  points.forEach((point, i) => {
    const start = point * input.data.length
    data.set(path.data.subarray(start, start + input.data.length), i * input.data.length)
  })
  const images: NDArray = { shape, data }
  const target = certificate.targets[0]!
  const scores = (await model.predict({ [name]: images }, { space: 'logit', signal }))[model.outputs[0]!.name]!
  const pictures = points.map((_, i) => toRaw(images, preprocessingOf(model), i))
  const { delta, relative } = certificate.evidence.completeness!
  const map = normalise(Object.values(maps)[0]!)
  return [
    {
      file: 'path',
      caption: `The straight path from a black picture to the photograph, and the logit of ${target.name} along it; every fifth of ${steps} steps. The original took the gradient at the wrong point of the path and scaled the sum by a factor k/m too many; here Σ A misses f(x) − f(b) by ${delta[0]!.toFixed(3)} (${(100 * relative[0]!).toFixed(2)} %).`,
      figure: pathStripFigure({
        title: `Integrated gradients: the path to ${label}`,
        scoreTitle: `Logit of ${target.name}`,
        points: points.map((point, i) => ({
          alpha: alphas[point]!,
          image: pictures[i]!,
          score: rowOf(scores, i)[target.index!]!,
        })),
      }),
    },
    {
      file: 'baseline',
      caption:
        'Baseline, photograph, |attribution|, and the mask over the photograph. The original normalised its pictures twice and in the wrong channel order; here the model card says how, and it is done once.',
      figure: baselineFigure({ title: `Integrated gradients: ${label}`, baseline: pictures[0]!, image: picture, map }),
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
