import { type Model, type NDArray, randomStream, resizeLinear, rowOf } from '@explainnet/core'

/**
 * How well a ranking of pixels finds what the model uses: insertion minus deletion area (Petsiuk et al. 2018, "RISE"),
 * −1 … 1. Pixels are replaced by those of `hidden`; curves have `steps` + 1 points, from no pixel to all, under the
 * trapezoid rule; whole pixels, ties in row-major order. A random ranking comes out near 0, but its own score is what a
 * ranking has to beat: see `randomRanking`.
 *
 * @param rankings One value a position for each ranking, `[height · width]`; larger is more relevant.
 * @param label The class whose probability is followed: the one that was explained.
 * @returns One number a ranking. Cost: 2 · (steps − 1) forward passes a ranking.
 */
export async function insertionMinusDeletion(
  model: Model,
  input: NDArray,
  hidden: NDArray,
  rankings: readonly ArrayLike<number>[],
  label: number,
  steps = 10,
): Promise<number[]> {
  const image = rowOf(input, 0)
  const replaced = rowOf(hidden, 0)
  const [, height, width, channels] = input.shape as [number, number, number, number]
  const pixels = height * width
  const probabilities = async (rows: readonly Float32Array[]) => {
    const data = new Float32Array(rows.length * image.length)
    rows.forEach((row, i) => {
      data.set(row, i * image.length)
    })
    const batch = { [model.inputs[0]!.name]: { shape: [rows.length, ...input.shape.slice(1)], data } }
    const output = (await model.predict(batch, { space: 'probability' }))[model.outputs[0]!.name]!
    return rows.map((_, row) => rowOf(output, row)[label]!)
  }
  const scores: number[] = []
  for (const ranking of rankings) {
    const order = Array.from({ length: pixels }, (_, i) => i).sort((a, b) => ranking[b]! - ranking[a]! || a - b)
    const rows: Float32Array[] = []
    for (let step = 1; step < steps; step++) {
      const [inserted, deleted] = [replaced.slice(), image.slice()]
      for (const pixel of order.slice(0, Math.round((pixels * step) / steps))) {
        const [from, to] = [pixel * channels, (pixel + 1) * channels]
        inserted.set(image.subarray(from, to), from)
        deleted.set(replaced.subarray(from, to), from)
      }
      rows.push(inserted, deleted)
    }
    // The ends of the two curves are the same two pictures and cancel.
    const between = await probabilities(rows)
    scores.push(between.reduce((sum, score, i) => sum + (i % 2 === 0 ? score : -score), 0) / steps)
  }
  return scores
}

/** A ranking that knows nothing, for comparison. */
export function randomRanking(pixels: number, seed: number): Float64Array {
  const random = randomStream(seed, pixels)
  return Float64Array.from({ length: pixels }, () => random.uniform())
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
