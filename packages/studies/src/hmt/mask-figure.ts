import { type LayeredModel, type NDArray, openTask, type RawImage, toRaw } from '@explainnet/core'
import { riseMasks } from '@explainnet/rise'
import { classGridFigure, type Pixels } from '@explainnet/viz'
import { preprocessingOf } from '../study/explain-images.ts'
import type { PageFigure } from '../study/page.ts'
import { className } from './tiles.ts'

const shown = 12

/** The first random masks of RISE over a tile, and what the network makes of each. */
export async function riseMasksFigure(model: LayeredModel, input: NDArray, signal?: AbortSignal): Promise<PageFigure> {
  const spec = model.inputs[0]!
  const [height, width, channels] = input.shape.slice(1) as [number, number, number]
  const masks = riseMasks([height, width], shown).data
  const hide = (row: number, values: Float32Array) => {
    for (let i = 0; i < values.length; i++) values[i]! *= masks[row * height * width + Math.floor(i / channels)]!
  }
  const { task } = await openTask(model, input, { signal })
  const rows = {
    count: shown,
    example: () => 0,
    fill: (row: number, into: Readonly<Record<string, Float32Array>>) => hide(row, into[spec.name]!),
  }
  const items: { name: string; image: RawImage | Pixels }[] = []
  for await (const { row, score } of task.scores(rows)) {
    const data = input.data.slice()
    hide(row, data)
    items.push({ name: `p = ${score.toFixed(3)}`, image: toRaw({ shape: input.shape, data }, preprocessingOf(model)) })
  }
  const { name, probability = 0 } = task.targets[0]!
  return {
    file: 'rise-masks',
    caption: `RISE hides parts of the tile by random masks, a grid of 7 × 7 cells stretched and shifted anew for each, and asks for the probability of ${className(name)} (${probability.toFixed(3)} for the whole tile): its map is the covariance of the two.`,
    figure: classGridFigure({ title: 'RISE: the first twelve random masks', items, columns: 6, cell: 120 }),
  }
}
