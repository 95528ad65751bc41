import { type Model, type NDArray, randomStream, resizeLinear } from '@explainnet/core'
import { deletion, insertion } from '@explainnet/metrics'

/**
 * How well a ranking of pixels finds what the model uses: insertion minus deletion area (Petsiuk et al. 2018, "RISE"),
 * −1 … 1. Pixels are replaced by those of `hidden`; curves have `steps` + 1 points. A random ranking comes out near 0, but
 * its own score is what a ranking has to beat: see `randomRanking`.
 *
 * @param rankings One value a position for each ranking, `[height · width]`; larger is more relevant.
 * @param label The class whose probability is followed: the one that was explained.
 * @returns One number a ranking.
 */
export async function insertionMinusDeletion(
  model: Model,
  input: NDArray,
  hidden: NDArray,
  rankings: readonly Float32Array[],
  label: number,
  steps = 10,
): Promise<number[]> {
  const options = { target: label, steps, baseline: { inputs: hidden }, trivial: [] } as const
  const scores: number[] = []
  for (const data of rankings) {
    const map = { shape: input.shape.slice(0, -1), data }
    const inserted = await insertion(model, input, map, options)
    const deleted = await deletion(model, input, map, options)
    scores.push(inserted.values[0]! - deleted.values[0]!)
  }
  return scores
}

/** A ranking that knows nothing, for comparison. */
export function randomRanking(pixels: number, seed: number): Float32Array {
  const random = randomStream(seed, pixels)
  return Float32Array.from({ length: pixels }, () => random.uniform())
}

/** Colours and the rough layout only: down to a sixteenth of the size by averaging, and linearly up again. */
export function blurred(input: NDArray): NDArray {
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
  return resizeLinear(
    { shape: [1, rows, columns, channels], data: sums.map((sum, i) => sum / counts[i]!) },
    input.shape,
  )
}
