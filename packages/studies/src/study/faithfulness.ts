import { type LayeredModel, type NDArray, rowOf } from '@explainnet/core'

/**
 * How well a ranking of pixels finds what the model uses: insertion minus deletion area (Petsiuk et al. 2018, "RISE"),
 * −1 … 1, 0 for a ranking that knows nothing. Pixels are replaced by a blurred copy of the image; curves have `steps` + 1
 * points, from no pixel to all, under the trapezoid rule; whole pixels, ties in row-major order.
 *
 * @param rankings One value a position for each ranking, `[height · width]`; larger is more relevant.
 * @returns One number a ranking. Cost: 2 · (steps − 1) + 2 forward passes a ranking.
 */
export async function insertionMinusDeletion(
  model: LayeredModel,
  input: NDArray,
  blurred: NDArray,
  rankings: readonly ArrayLike<number>[],
  label: number,
  steps = 12,
): Promise<number[]> {
  const name = model.inputs[0]!.name
  const output = model.outputs[0]!.name
  const image = rowOf(input, 0)
  const hidden = rowOf(blurred, 0)
  const pixels = input.shape[1]! * input.shape[2]!
  const channels = input.shape[3]!
  const scores: number[] = []
  for (const ranking of rankings) {
    const order = Array.from({ length: pixels }, (_, i) => i).sort((a, b) => ranking[b]! - ranking[a]! || a - b)
    const rows = 2 * (steps + 1)
    const data = new Float32Array(rows * image.length)
    for (let step = 0; step <= steps; step++) {
      const inserted = data.subarray(step * image.length, (step + 1) * image.length)
      const deleted = data.subarray((steps + 1 + step) * image.length, (steps + 2 + step) * image.length)
      inserted.set(hidden)
      deleted.set(image)
      for (const pixel of order.slice(0, Math.round((pixels * step) / steps))) {
        const [from, to] = [pixel * channels, (pixel + 1) * channels]
        inserted.set(image.subarray(from, to), from)
        deleted.set(hidden.subarray(from, to), from)
      }
    }
    const batch = { [name]: { shape: [rows, ...input.shape.slice(1)], data } }
    const probabilities = (await model.predict(batch, { space: 'probability' }))[output]!
    const at = (row: number) => rowOf(probabilities, row)[label]!
    const area = (start: number) => {
      let sum = 0
      for (let step = 0; step <= steps; step++) sum += at(start + step) * (step === 0 || step === steps ? 0.5 : 1)
      return sum / steps
    }
    scores.push(area(0) - area(steps + 1))
  }
  return scores
}
