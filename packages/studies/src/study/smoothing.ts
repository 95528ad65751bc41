import { type DifferentiableModel, explain, type Model, type NDArray } from '@explainnet/core'
import { bootstrapMean, type Interval } from '@explainnet/metrics'
import { maxOverChannels } from '@explainnet/saliency'
import { blurred, insertionMinusDeletion, randomRanking } from './faithfulness.ts'
import { smoothingDraws } from './smoothing-draws.ts'

/** The grid of SmoothGrad: σ in raw units of 255, and numbers of samples. */
export interface SmoothingGrid {
  readonly levels: readonly number[]
  readonly counts: readonly number[]
}

/** As the original study has it. */
export const studyGrid: SmoothingGrid = {
  levels: Array.from({ length: 14 }, (_, i) => 10 * (i + 1)),
  counts: Array.from({ length: 8 }, (_, i) => 10 * (i + 1)),
}

/** One image's insertion minus deletion. */
export interface SmoothingScores {
  /** `[level][count]` */
  readonly cells: readonly (readonly number[])[]
  /** Of a ranking that knows nothing. */
  readonly random: number
}

interface SmoothingCell {
  readonly noise: number
  readonly samples: number
  /** Insertion minus deletion over the images, with a bootstrap interval. */
  readonly score: Interval
}

export interface SmoothingChoice extends SmoothingGrid {
  /** Level by level, in each the counts in order. */
  readonly cells: readonly SmoothingCell[]
  readonly best: SmoothingCell
  /** The cheapest cell within one standard error of the best. */
  readonly chosen: SmoothingCell
  readonly random: Interval
  readonly images: number
}

/** The maps max over channels |SmoothGrad| of one image: those of a level and every count, from the same draws. */
export async function* smoothingMaps(
  model: DifferentiableModel,
  input: NDArray,
  { levels, counts }: SmoothingGrid,
  signal?: AbortSignal,
): AsyncGenerator<{ level: number; maps: Float32Array[]; label: number }, void, undefined> {
  for (const level of levels) {
    const maps: Float32Array[] = []
    let label = 0
    const method = smoothingDraws((level / 255) * rawSpan(model), counts)
    for await (const attribution of explain.stream(model, input, method, { signal })) {
      maps.push(maxOverChannels(Object.values(attribution.maps)[0]!).data)
      label = attribution.certificate.targets[0]!.index!
    }
    yield { level, maps, label }
  }
}

/**
 * Insertion minus deletion of every cell of the grid for one image. The largest count serves the smaller ones. The class
 * explained is the one predicted for the image without noise, at every draw.
 *
 * Cost on the study's grid: 14 · 80 forward and backward passes, and 113 · 18 forward passes.
 */
export async function smoothingScores(
  model: DifferentiableModel,
  input: NDArray,
  grid: SmoothingGrid,
  signal?: AbortSignal,
): Promise<SmoothingScores> {
  const hidden = blurred(input)
  const cells: number[][] = []
  let predicted = 0
  for await (const { maps, label } of smoothingMaps(model, input, grid, signal)) {
    cells.push(await insertionMinusDeletion(model, input, hidden, maps, label))
    predicted = label
  }
  const pixels = input.shape[1]! * input.shape[2]!
  const [random] = await insertionMinusDeletion(model, input, hidden, [randomRanking(pixels, 0)], predicted)
  return { cells, random: random! }
}

/**
 * The choice is the cell with the fewest samples, then the least noise, whose mean lies within one standard error of the
 * best (the one-standard-error rule of Breiman et al. 1984, "Classification and Regression Trees", section 3.4.3, with
 * the error of the paired differences, since all cells are scored on the same images).
 */
export function chooseSmoothing(
  { levels, counts }: SmoothingGrid,
  images: readonly SmoothingScores[],
): SmoothingChoice {
  const scored = levels.flatMap((noise, level) =>
    counts.map((samples, count) => {
      const scores = images.map((image) => image.cells[level]![count]!)
      return { cell: { noise, samples, score: bootstrapMean(scores) }, scores }
    }),
  )
  const best = scored.reduce((a, b) => (b.cell.score.mean > a.cell.score.mean ? b : a))
  const close = scored.filter(({ scores }) => {
    const differences = scores.map((score, i) => best.scores[i]! - score)
    return mean(differences) <= standardError(differences)
  })
  const chosen = close
    .map(({ cell }) => cell)
    .reduce((a, b) => (b.samples < a.samples || (b.samples === a.samples && b.noise < a.noise) ? b : a))
  return {
    levels,
    counts,
    cells: scored.map(({ cell }) => cell),
    best: best.cell,
    chosen,
    random: bootstrapMean(images.map((image) => image.random)),
    images: images.length,
  }
}

/**
 * What the raw range 0 … 255 spans in the model's input. One number: with a standard deviation a channel, the mean of
 * theirs, since SmoothGrad's noise is alike in all channels.
 */
export function rawSpan(model: Model): number {
  const { range = [0, 1], std = [1] } = model.card?.input ?? {}
  return (Math.abs(range[1] - range[0]) * std.reduce((sum, one) => sum + 1 / one, 0)) / std.length
}

/** σ in raw units of 255 as the share of this input's own range that SmoothGrad takes. */
export function noiseShare(model: Model, input: NDArray, sigma: number): number {
  const low = input.data.reduce((a, b) => Math.min(a, b))
  const high = input.data.reduce((a, b) => Math.max(a, b))
  return high > low ? ((sigma / 255) * rawSpan(model)) / (high - low) : 0
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function standardError(values: readonly number[]): number {
  const m = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - m) ** 2, 0)
  return values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : 0
}
