import {
  type AttributionMethod,
  apiVersion,
  explain,
  inputMaps,
  type LayeredModel,
  type NDArray,
  randomStream,
  resizeLinear,
} from '@explainnet/core'
import { bootstrapMean, type Interval } from './bootstrap.ts'
import { insertionMinusDeletion } from './faithfulness.ts'

/** σ in raw units of 255, and numbers of samples, as the original study has them. */
export const noiseLevels = Array.from({ length: 14 }, (_, i) => 10 * (i + 1))
export const sampleCounts = Array.from({ length: 8 }, (_, i) => 10 * (i + 1))

export interface SmoothingCell {
  readonly noise: number
  readonly samples: number
  /** Insertion minus deletion over the images, with a bootstrap interval. */
  readonly score: Interval
}

export interface SmoothingChoice {
  readonly cells: readonly SmoothingCell[]
  readonly best: SmoothingCell
  /** The cheapest cell within one standard error of the best. */
  readonly chosen: SmoothingCell
  readonly images: number
}

/**
 * Chooses SmoothGrad's noise and samples by faithfulness, not by the eye: for every cell of the grid, insertion minus
 * deletion of the map max over channels |SmoothGrad|, averaged over the images. The choice is the cell with the fewest
 * samples, then the least noise, whose mean lies within one standard error of the best (the one-standard-error rule
 * of Breiman et al. 1984, with the error of the paired differences). 80 draws a noise level serve every n.
 *
 * Cost for each image: 14 · 80 forward and backward passes, and 112 · 26 forward passes.
 */
export async function chooseSmoothing(
  model: LayeredModel,
  inputs: readonly NDArray[],
  options: {
    readonly levels?: readonly number[]
    readonly counts?: readonly number[]
    readonly signal?: AbortSignal
    readonly onProgress?: (share: number) => void
  } = {},
): Promise<SmoothingChoice> {
  const { levels = noiseLevels, counts = sampleCounts, signal, onProgress } = options
  const scores = new Map<string, number[]>()
  for (const [image, input] of inputs.entries()) {
    const blurred = blur(input)
    for (const [level, noise] of levels.entries()) {
      onProgress?.((image + level / levels.length) / inputs.length)
      const maps: Float32Array[] = []
      let label = 0
      const every = counts[0]!
      const method = draws(noise / 255, rawSpan(model), counts.at(-1)!, every)
      for await (const { values, shape, certificate } of explain.stream(model, input, method, { signal })) {
        label = certificate.targets[0]!.index!
        const channels = shape.at(-1)!
        maps.push(Float32Array.from({ length: values.length / channels }, (_, i) => maxAbs(values, i * channels, channels)))
      }
      const wanted = counts.map((count) => maps[Math.round(count / every) - 1]!)
      const own = await insertionMinusDeletion(model, input, blurred, wanted, label)
      counts.forEach((count, i) => {
        const key = `${noise} ${count}`
        scores.set(key, [...(scores.get(key) ?? []), own[i]!])
      })
    }
  }
  onProgress?.(1)
  const cells = levels.flatMap((noise) =>
    counts.map((samples) => ({ noise, samples, score: bootstrapMean(scores.get(`${noise} ${samples}`)!) })),
  )
  const best = cells.reduce((a, b) => (b.score.mean > a.score.mean ? b : a))
  const bestScores = scores.get(`${best.noise} ${best.samples}`)!
  const close = cells.filter((cell) => {
    const differences = scores.get(`${cell.noise} ${cell.samples}`)!.map((score, i) => bestScores[i]! - score)
    return mean(differences) <= standardError(differences)
  })
  const chosen = close.reduce((a, b) => (b.samples < a.samples || (b.samples === a.samples && b.noise < a.noise) ? b : a))
  return { cells, best, chosen, images: inputs.length }
}

/** Running SmoothGrad of saliency with σ fixed in raw units, an estimate every so many draws: a plugin of its own. */
function draws(share: number, span: number, samples: number, every: number): AttributionMethod<'gradients'> {
  return {
    apiVersion,
    name: 'smoothing-draws',
    needs: 'gradients',
    deterministic: false,
    options: {},
    async *attribute(task) {
      const maps = inputMaps(task)
      const [name, map] = Object.entries(maps)[0]!
      const rows = {
        count: samples,
        example: () => 0,
        fill(row: number, into: Readonly<Record<string, Float32Array>>) {
          const random = task.random(row)
          const values = into[name]!
          for (let i = 0; i < values.length; i++) values[i]! += share * span * random.normal()
        },
      }
      for await (const { row, gradients } of task.gradients(rows)) {
        gradients[name]!.forEach((slope, i) => {
          map.data[i]! += (slope - map.data[i]!) / (row + 1)
        })
        if ((row + 1) % every === 0) yield { maps }
      }
    },
  }
}

/** What the raw range 0 … 255 spans in the model's input, averaged over channels. */
function rawSpan(model: LayeredModel): number {
  const { range = [0, 1], std = [1] } = model.card?.input ?? {}
  return (Math.abs(range[1] - range[0]) * std.reduce((sum, one) => sum + 1 / one, 0)) / std.length
}

function maxAbs(values: Float32Array, start: number, count: number): number {
  let largest = 0
  for (let i = start; i < start + count; i++) largest = Math.max(largest, Math.abs(values[i]!))
  return largest
}

/** Colours and the rough layout only: down to a sixteenth of the size by averaging, and linearly up again. */
export function blur(input: NDArray): NDArray {
  const [, height, width, channels] = input.shape as [number, number, number, number]
  const [rows, columns] = [Math.max(1, Math.round(height / 16)), Math.max(1, Math.round(width / 16))]
  const sums = new Float32Array(rows * columns * channels)
  const counts = new Float32Array(sums.length)
  input.data.forEach((value, i) => {
    const pixel = Math.floor(i / channels)
    const row = Math.floor((Math.floor(pixel / width) * rows) / height)
    const column = Math.floor(((pixel % width) * columns) / width)
    const cell = (row * columns + column) * channels + (i % channels)
    sums[cell]! += value
    counts[cell]!++
  })
  return resizeLinear({ shape: [1, rows, columns, channels], data: sums.map((sum, i) => sum / counts[i]!) }, input.shape)
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function standardError(values: readonly number[]): number {
  const m = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - m) ** 2, 0)
  return values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : 0
}

/** A ranking that knows nothing, for comparison. */
export function randomRanking(pixels: number, seed: number): Float64Array {
  const random = randomStream(seed)
  return Float64Array.from({ length: pixels }, () => random.uniform())
}
