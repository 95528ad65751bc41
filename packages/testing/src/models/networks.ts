import { type LayeredModel, type NamedArrays, type NamedTensors, type NDArray, randomStream } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import type { SubjectName } from '../fixtures.ts'
import { type Stage, staged } from './staged.ts'

/** A network, and a batch to explain. */
export interface Subject {
  readonly name: string
  readonly model: LayeredModel
  readonly inputs: NamedArrays
}

/** Examples in each subject's batch: enough to be alone, beside others, and in another order. */
const batch = 3

const classes = 3
const labels = ['ash', 'birch', 'cedar']

/** Normal numbers that depend on the seed alone. */
export function normals(shape: readonly number[], seed: number, scale = 1): NDArray {
  const stream = randomStream(seed)
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1))
  return { shape, data: data.map(() => scale * stream.normal()) }
}

/** A weight, uploaded anew in each pass: what lives between passes would belong to nobody. */
const weight = (shape: number[], seed: number) => {
  const { data } = normals(shape, seed, Math.sqrt(2 / (shape.slice(0, -1).reduce((a, b) => a * b, 1) || 1)))
  return () => tf.tensor(data, shape)
}

const only = (tensors: NamedTensors): tf.Tensor => Object.values(tensors)[0]!

/** `offsets` bring the classes so close that the examples are not all predicted alike. */
function head(channels: number, offsets: readonly number[], mean?: readonly number[]): Stage {
  const w = weight([channels, classes], 90)
  return {
    name: 'logits',
    type: 'Dense',
    shape: [null, classes],
    run: (x) => {
      const features = mean ? tf.mean(only(x), [...mean]) : only(x)
      return tf.add(tf.matMul(features as tf.Tensor2D, w() as tf.Tensor2D), tf.tensor1d([...offsets]))
    },
  }
}

function convolutions(offsets: readonly number[], first: (tensors: NamedTensors) => tf.Tensor): Stage[] {
  const w2 = weight([3, 3, 4, 4], 12)
  const b2 = weight([4], 13)
  return [
    { name: 'conv1', type: 'Conv2D', shape: [null, 8, 8, 4], run: (x) => tf.relu(first(x)) },
    {
      name: 'conv2',
      type: 'Conv2D',
      shape: [null, 6, 6, 4],
      run: (x) => tf.relu(tf.add(tf.conv2d(only(x) as tf.Tensor4D, w2() as tf.Tensor4D, 1, 'valid'), b2())),
    },
    head(4, offsets, [1, 2]),
  ]
}

const w1 = weight([3, 3, 2, 4], 10)
const b1 = weight([4], 11)
const seeImage = (image: tf.Tensor) => tf.add(tf.conv2d(image as tf.Tensor4D, w1() as tf.Tensor4D, 1, 'same'), b1())

const image = (): Subject => ({
  name: 'image',
  model: staged({
    inputs: { picture: [null, 8, 8, 2] },
    stages: convolutions([-3, -1.45, 2.1], ({ picture }) => seeImage(picture!)),
    finalActivation: 'softmax',
    labels,
  }),
  inputs: { picture: normals([batch, 8, 8, 2], 1) },
})

const series = (): Subject => {
  const w = weight([3, 2, 4], 20)
  return {
    name: 'series',
    model: staged({
      inputs: { signal: [null, 12, 2] },
      stages: [
        {
          name: 'conv',
          type: 'Conv1D',
          shape: [null, 12, 4],
          run: ({ signal }) => tf.relu(tf.conv1d(signal as tf.Tensor3D, w() as tf.Tensor3D, 1, 'same')),
        },
        head(4, [-1.2, -0.8, 0.6], [1]),
      ],
      finalActivation: 'softmax',
      labels,
    }),
    inputs: { signal: normals([batch, 12, 2], 2) },
  }
}

const vector = (): Subject => {
  const w = weight([5, 8], 30)
  const b = weight([8], 31)
  return {
    name: 'vector',
    model: staged({
      inputs: { features: [null, 5] },
      stages: [
        {
          name: 'hidden',
          type: 'Dense',
          shape: [null, 8],
          run: ({ features }) => tf.relu(tf.add(tf.matMul(features as tf.Tensor2D, w() as tf.Tensor2D), b())),
        },
        head(8, [-0.3, -1.7, 0.9]),
      ],
      finalActivation: 'softmax',
      labels,
    }),
    inputs: { features: normals([batch, 5], 3) },
  }
}

/** A picture, measurements and token numbers; the tokens have no gradient. */
const severalInputs = (): Subject => {
  const measured = weight([3, 4], 40)
  const embedding = weight([6, 4], 41)
  const stream = randomStream(5)
  return {
    name: 'several inputs',
    model: staged({
      inputs: {
        picture: [null, 8, 8, 2],
        measurements: [null, 3],
        tokens: { shape: [null, 4], dtype: 'int32' },
      },
      stages: convolutions([-2.7, -1.4, 2], ({ picture, measurements, tokens }) => {
        const fromTokens = tf.mean(tf.gather(embedding(), tokens as tf.Tensor2D), 1)
        const fromMeasurements = tf.matMul(measurements as tf.Tensor2D, measured() as tf.Tensor2D)
        return tf.add(seeImage(picture!), tf.reshape(tf.add(fromTokens, fromMeasurements), [-1, 1, 1, 4]))
      }),
      finalActivation: 'softmax',
      labels,
    }),
    inputs: {
      picture: normals([batch, 8, 8, 2], 1),
      measurements: normals([batch, 3], 4),
      tokens: { shape: [batch, 4], data: Float32Array.from({ length: batch * 4 }, () => stream.integer(6)) },
    },
  }
}

const makers: Readonly<Record<SubjectName, () => Subject>> = { image, series, vector, 'several inputs': severalInputs }

export const subjectNames = Object.keys(makers) as readonly SubjectName[]
export const subject = (name: SubjectName): Subject => makers[name]()

/** A network whose scores are the same whatever it sees: every gradient is zero. */
export function deadOf({ model, inputs }: Subject): Subject {
  const { predict, scoreAndGradient, activation, layerScoreAndGradient } = model
  const zero = (arrays: NamedArrays): NamedArrays =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]),
    )
  const blank = (arrays: NamedArrays): NamedArrays => ({ ...zero(arrays), ...integersOf(model, arrays) })
  return {
    name: 'dead',
    inputs,
    model: {
      ...model,
      predict: (arrays, options) => predict(blank(arrays), options),
      async scoreAndGradient(arrays, score, options) {
        const { scores, gradients } = await scoreAndGradient(blank(arrays), score, options)
        return { scores, gradients: zero(gradients) }
      },
      activation: (arrays, layer) => activation(blank(arrays), layer),
      async layerScoreAndGradient(arrays, score, layer, options) {
        const found = await layerScoreAndGradient(blank(arrays), score, layer, options)
        return { ...found, gradient: zero({ at: found.gradient })['at']! }
      },
    },
  }
}

const integersOf = (model: LayeredModel, arrays: NamedArrays): NamedArrays =>
  Object.fromEntries(
    model.inputs.filter(({ dtype }) => dtype === 'int32').map(({ name }) => [name, arrays[name]!] as const),
  )
