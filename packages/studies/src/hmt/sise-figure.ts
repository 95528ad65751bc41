import { type LayeredModel, rowOf, toRaw } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { type SiseOptions, sise, siseLayers } from '@explainnet/sise'
import { normaliseGrid, techniqueGridFigure } from '@explainnet/viz'
import type { TableMethod } from '../confidence-change/changes.ts'
import { type ExplainedImage, preprocessingOf } from '../study/explain-images.ts'
import type { PageFigure } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import { explainTiles } from './technique-figure.ts'
import { className } from './tiles.ts'

/** How the maps of the layers become one. */
const fusions = (
  layers: readonly string[],
): readonly { readonly title: string; readonly options: Partial<SiseOptions> }[] => [
  { title: 'Otsu', options: { layerMaps: true } },
  { title: 'Soft Otsu', options: { fusion: 'soft-otsu' } },
  { title: 'Deep weighs ¾', options: { weights: layers.slice(1).map(() => 0.5) } },
]

/** SISE on a few tiles: of every layer the mask that scored best and the map, and the three ways to fuse the maps. */
export async function siseFigure(
  model: LayeredModel,
  root: string,
  files: readonly LabelledFile[],
  options: StageOptions,
): Promise<PageFigure> {
  const layers = siseLayers(model).map(({ name }) => name)
  const methods = fusions(layers).map(
    ({ title, options: given }): TableMethod => ({ name: `sise-${title}`, title, method: sise(given) }),
  )
  const explained = await explainTiles(model, root, files, methods, options)
  return {
    file: 'sise',
    caption: `The layers are found from the graph, the last tensor before every drop in size: ${layers.join(', ')}. The attribution mask of a layer is the channel through which the tile scored best; the layer’s map is the mean of its masks, weighed by their scores. Fused from shallow to deep with Otsu’s threshold, with a soft one, and with the deeper map weighing three quarters of each step.`,
    figure: techniqueGridFigure({
      title: 'SISE, layer by layer',
      techniques: [
        ...layers.flatMap((layer) => [`${layer}: best mask`, `${layer}: map`]),
        ...methods.map(({ title }) => title),
      ],
      cell: 110,
      rows: explained.map((tile) => ({ ...rowHead(model, tile), maps: rowMaps(tile, layers) })),
    }),
  }
}

const rowHead = (model: LayeredModel, { source, input, results }: ExplainedImage) => ({
  name: className(source.truth!),
  probability: results[0]!.attribution.certificate.targets[0]!.probability,
  image: toRaw(input, preprocessingOf(model)),
})

function rowMaps({ results }: ExplainedImage, layers: readonly string[]) {
  const [height, width] = Object.values(results[0]!.attribution.maps)[0]!.shape.slice(1) as [number, number]
  const { extras } = results[0]!.attribution
  // A layer of which no channel was kept has neither.
  const extra = (name: string) => extras[name] && normaliseGrid({ width, height, data: rowOf(extras[name], 0) })
  return [
    ...layers.flatMap((layer) => [extra(`${layer}/mask`), extra(layer)]),
    ...results.map(({ attribution }) =>
      normaliseGrid({ width, height, data: rowOf(Object.values(attribution.maps)[0]!, 0) }),
    ),
  ]
}
