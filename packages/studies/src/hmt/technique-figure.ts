import { join } from 'node:path'
import { type LayeredModel, toRaw } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { readImage } from '@explainnet/node'
import { normalise, techniqueGridFigure } from '@explainnet/viz'
import type { TableMethod } from '../confidence-change/changes.ts'
import { type ExplainedImage, explainImages, preprocessingOf } from '../study/explain-images.ts'
import type { PageFigure } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import { className } from './tiles.ts'

/** Every tile by every method, kept as attributions beside the study. */
export async function explainTiles(
  model: LayeredModel,
  root: string,
  files: readonly LabelledFile[],
  methods: readonly TableMethod[],
  { folder, signal, onProgress }: StageOptions,
): Promise<ExplainedImage[]> {
  const sources = files.map(({ path, label }) => ({
    name: label,
    truth: label,
    load: () => readImage(join(root, path)),
  }))
  const explained: ExplainedImage[] = []
  const options = {
    model,
    methods,
    folder: join(folder, 'maps'),
    signal,
    onProgress: ({ share, image, method }: { share: number; image: string; method: string }) =>
      onProgress?.(share, `${className(image)}: ${method}`),
  }
  for await (const found of explainImages(sources, options)) {
    if ('error' in found) throw found.error
    explained.push(found)
  }
  return explained
}

/** One tile a class by every technique. */
export function techniquesFigure(
  model: LayeredModel,
  methods: readonly TableMethod[],
  explained: readonly ExplainedImage[],
  heading: { readonly file: string; readonly title: string; readonly caption: string },
): PageFigure {
  const { file, title, caption } = heading
  const mapOf = ({ attribution }: ExplainedImage['results'][number]) => Object.values(attribution.maps)[0]!
  // A column has one kind of colours, also where a map of it happens to have no value under 0.
  const signed = methods.map(
    ({ channels = 'sum' }, place) =>
      channels === 'sum' && explained.some(({ results }) => mapOf(results[place]!).data.some((value) => value < 0)),
  )
  return {
    file,
    caption,
    figure: techniqueGridFigure({
      title,
      techniques: methods.map((method) => method.title),
      cell: 96,
      rows: explained.map(({ source, input, results }) => {
        const { name, probability } = results[0]!.attribution.certificate.targets[0]!
        return {
          name: name === source.truth ? className(name) : `${className(source.truth!)}, taken for ${className(name)}`,
          probability,
          image: toRaw(input, preprocessingOf(model)),
          maps: results.map((result, place) =>
            normalise(mapOf(result), 0, {
              signed: signed[place],
              reduction: methods[place]!.channels === 'max-absolute' ? 'max-abs' : 'sum',
            }),
          ),
        }
      }),
    }),
  }
}
