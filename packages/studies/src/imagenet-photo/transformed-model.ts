import { type DifferentiableModel, type NDArray, sizeOf } from '@explainnet/core'

/** A linear change of one example's input, by a matrix that is its own transpose, in place. */
export type SelfAdjoint = (values: Float32Array) => void

/** The network g(x) = f(Tx): T runs before f, and after its gradient. For models of one input. */
export function transformedModel(model: DifferentiableModel, transform: SelfAdjoint): DifferentiableModel {
  const { inputs, outputs, finalActivation, card } = model
  return {
    kind: 'function',
    inputs,
    outputs,
    finalActivation,
    card,
    predict: (arrays, options) => model.predict(eachRow(arrays, transform), options),
    async scoreAndGradient(arrays, score, options) {
      const { scores, gradients } = await model.scoreAndGradient(eachRow(arrays, transform), score, options)
      return { scores, gradients: eachRow(gradients, transform) }
    },
  }
}

const eachRow = (arrays: Readonly<Record<string, NDArray>>, transform: SelfAdjoint): Record<string, NDArray> =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => {
      const copy = Float32Array.from(data)
      const size = sizeOf(shape.slice(1))
      for (let start = 0; start < copy.length; start += size) transform(copy.subarray(start, start + size))
      return [name, { shape, data: copy }]
    }),
  )

/** Sets part of the input to 0 in the model's units. `hidden` is 1 there, and has the length of an example. */
export const hiding =
  (hidden: Uint8Array): SelfAdjoint =>
  (values) => {
    for (let i = 0; i < values.length; i++) if (hidden[i] === 1) values[i] = 0
  }

/** The mean of a picture `[height, width, channels]` and its mirror image, left and right exchanged. */
export const mirrorMean =
  ([height, width, channels]: readonly [number, number, number]): SelfAdjoint =>
  (values) => {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width / 2; column++) {
        for (let c = 0; c < channels; c++) {
          const left = (row * width + column) * channels + c
          const right = (row * width + width - 1 - column) * channels + c
          values[left] = values[right] = (values[left]! + values[right]!) / 2
        }
      }
    }
  }
