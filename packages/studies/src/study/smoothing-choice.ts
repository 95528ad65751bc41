import { type LayeredModel, resizeLinear } from '@explainnet/core'
import { type NormalisedGrid, normaliseGrid } from '@explainnet/viz'
import { kept, keptEach, sha256OfValues } from './kept.ts'
import {
  chooseSmoothing,
  type SmoothingChoice,
  type SmoothingGrid,
  smoothingMaps,
  smoothingScores,
} from './smoothing.ts'
import type { StageOptions } from './stage.ts'
import type { StudyImage } from './study-images.ts'

/** SmoothGrad's noise and samples by the scores of all images; each image's scores are kept in `folder`. */
export async function smoothingChoice(
  model: LayeredModel,
  images: readonly StudyImage[],
  grid: SmoothingGrid,
  { folder, signal, onProgress }: StageOptions,
): Promise<SmoothingChoice> {
  const scores = await keptEach(
    { folder, name: 'smoothing', from: [await model.fingerprint?.(), grid] },
    images,
    ({ input }) => sha256OfValues(input.data),
    async ({ input, label }, place) => {
      onProgress?.(place / images.length, `noise and samples of SmoothGrad: ${label}`)
      return smoothingScores(model, input, grid, signal)
    },
  )
  return chooseSmoothing(grid, scores)
}

const thumbnailSide = 48

/** The maps of every cell of the grid for one image, small: `[level][count]`. */
export async function smoothingThumbnails(
  model: LayeredModel,
  { input }: StudyImage,
  grid: SmoothingGrid,
  { folder, signal, onProgress }: StageOptions,
): Promise<NormalisedGrid[][]> {
  const [, height, width] = input.shape as [number, number, number, number]
  const from = [await model.fingerprint?.(), grid, sha256OfValues(input.data)]
  const small = await kept({ folder, name: 'smoothing-maps', from }, async () => {
    const rows: number[][][] = []
    for await (const { level, maps } of smoothingMaps(model, input, grid, signal)) {
      onProgress?.(rows.length / grid.levels.length, `maps of SmoothGrad with noise ${level}`)
      rows.push(
        maps.map((data) => {
          const shrunk = resizeLinear({ shape: [height, width], data }, [thumbnailSide, thumbnailSide])
          return Array.from(shrunk.data, (value) => Number(value.toPrecision(3)))
        }),
      )
    }
    return rows
  })
  return small.map((row) =>
    row.map((data) => normaliseGrid({ width: thumbnailSide, height: thumbnailSide, data: Float32Array.from(data) })),
  )
}
