import {
  type AttributionMethod,
  apiVersion,
  fromLayersModel,
  inputMaps,
  type LayeredModel,
  type NDArray,
  randomStream,
  rowOf,
} from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'

export const side = 12
const patch = 4

/** Faint noise with a patch somewhere, bright (class 0) or dark (class 1), and where the patch is. */
export function pictures(count: number, seed = 1): { input: NDArray; masks: NDArray; labels: number[] } {
  const data = new Float32Array(count * side * side)
  const masks = new Float32Array(data.length)
  const labels = Array.from({ length: count }, (_, i) => i % 2)
  for (let example = 0; example < count; example++) {
    const random = randomStream(seed, example)
    const [top, left] = [random.integer(side - patch), random.integer(side - patch)]
    for (let i = 0; i < side * side; i++) {
      const inside =
        Math.abs(Math.floor(i / side) - top - (patch - 1) / 2) < patch / 2 &&
        Math.abs((i % side) - left - (patch - 1) / 2) < patch / 2
      const at = example * side * side + i
      data[at] = 0.1 * random.normal() + (inside ? 1 - 2 * labels[example]! : 0)
      masks[at] = inside ? 1 : 0
    }
  }
  return { input: { shape: [count, side, side, 1], data }, masks: { shape: [count, side, side], data: masks }, labels }
}

/** A network that sees patches because its weights say so: two of its filters average, the others do nothing. */
export const seeing = (): LayeredModel =>
  network(
    (index) => [1 / 9, -1 / 9, 0, 0][index % 4]!,
    [-0.4, -0.4, 0, 0],
    (index) => [80, -80, -80, 80, 0, 0, 0, 0][index]!,
  )

/** The same architecture with weights as they are before training. */
export function untrained(seed: number): LayeredModel {
  const random = randomStream(seed)
  return network(
    () => 0.4 * random.normal(),
    [0, 0, 0, 0],
    () => 0.6 * random.normal(),
  )
}

function network(kernel: (index: number) => number, bias: number[], dense: (index: number) => number): LayeredModel {
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [side, side, 1],
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
      }),
      tfl.layers.globalAveragePooling2d({}),
      tfl.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  })
  model.setWeights([
    tf.tensor(
      Float32Array.from({ length: 36 }, (_, i) => kernel(i)),
      [3, 3, 1, 4],
    ),
    tf.tensor1d(bias),
    tf.tensor(
      Float32Array.from({ length: 8 }, (_, i) => dense(i)),
      [4, 2],
    ),
    tf.tensor1d([0, 0]),
  ])
  return fromLayersModel(model)
}

/** A method of a map of its own for each example, from what it is given. */
const method = (
  name: string,
  map: (example: { values: Float32Array; gradient: Float32Array; random: () => number }) => ArrayLike<number>,
  deterministic = true,
) => ({
  name,
  title: name,
  method: {
    apiVersion,
    name,
    needs: 'gradients',
    deterministic,
    options: {},
    async *attribute(task) {
      const maps = inputMaps(task)
      const [input, { data }] = Object.entries(maps)[0]!
      for await (const { row, gradients } of task.gradients(task.originals)) {
        const random = task.random()
        const values = rowOf(task.inputs[input]!, row)
        data.set(map({ values, gradient: gradients[input]!, random: () => random.uniform() }), row * values.length)
      }
      yield { maps }
    },
  } satisfies AttributionMethod<'gradients'> as AttributionMethod,
})

const times = (values: Float32Array, gradient: Float32Array) => values.map((value, i) => value * gradient[i]!)
const at = (values: Float32Array, row: number, column: number) =>
  values[Math.min(side - 1, Math.max(0, row)) * side + Math.min(side - 1, Math.max(0, column))]!

export const inputXGradient = method('input-x-gradient', ({ values, gradient }) => times(values, gradient))
/** As right in what it takes, and wrong in where it puts it. */
export const misplaced = method('misplaced', ({ values, gradient }) => {
  const right = times(values, gradient)
  return right.map((_, i) => right[(i + (side * side) / 2 + side / 2) % right.length]!)
})
export const edgeDetector = method('edge-detector', ({ values }) =>
  values.map((_, i) => {
    const [row, column] = [Math.floor(i / side), i % side]
    return Math.hypot(
      at(values, row, column + 1) - at(values, row, column - 1),
      at(values, row + 1, column) - at(values, row - 1, column),
    )
  }),
)
export const randomMap = method('random', ({ values, random }) => values.map(random), false)
export const constantMap = method('constant', ({ values }) => values.map(() => 1))
