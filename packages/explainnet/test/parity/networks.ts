import { fromGraphModel, fromLayersModel, type LayeredModel, type NDArray, randomStream } from '@explainnet/core'
import * as tfc from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'

/** A small network on the current backend, and two examples. */
export interface Subject {
  readonly model: LayeredModel
  readonly input: NDArray
  dispose(): void
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1)

function normals(shape: readonly number[], seed: number, scale = 1): NDArray {
  const stream = randomStream(seed)
  return { shape, data: new Float32Array(sizeOf(shape)).map(() => scale * stream.normal()) }
}

/** The layers with weights that depend on the seed alone, about as large as He's; moments of a batch norm as if trained. */
function seeded(layers: tfl.layers.Layer[], seed: number): tfl.Sequential {
  const network = tfl.sequential({ layers })
  const weights = network.weights.map((weight, i) => {
    const shape = weight.shape as number[]
    const { data } = normals(shape, seed + i, Math.sqrt(2 / (sizeOf(shape.slice(0, -1)) || 1)))
    return tf.tensor(/variance|gamma/.test(weight.originalName) ? data.map((x) => 0.5 + x * x) : data, shape)
  })
  network.setWeights(weights)
  tf.dispose(weights)
  return network
}

const ofLayers = (network: tfl.Sequential, input: NDArray): Subject => ({
  model: fromLayersModel(network),
  input,
  dispose: () => network.dispose(),
})

const { batchNormalization, conv1d, conv2d, dense, flatten, globalAveragePooling1d, maxPooling1d, maxPooling2d, reLU } =
  tfl.layers

const image = () =>
  ofLayers(
    seeded(
      [
        conv2d({ inputShape: [12, 12, 3], filters: 4, kernelSize: 3, padding: 'same', useBias: false }),
        batchNormalization(),
        reLU(),
        maxPooling2d({ poolSize: 2 }),
        conv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' }),
        flatten(),
        dense({ units: 4, activation: 'softmax' }),
      ],
      100,
    ),
    normals([2, 12, 12, 3], 1),
  )

const signal = () =>
  ofLayers(
    seeded(
      [
        conv1d({ inputShape: [16, 2], filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
        maxPooling1d({ poolSize: 2 }),
        conv1d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
        globalAveragePooling1d({}),
        dense({ units: 3, activation: 'softmax' }),
      ],
      230,
    ),
    normals([2, 16, 2], 2),
  )

const table = () =>
  ofLayers(
    seeded(
      [
        dense({ inputShape: [7], units: 10, activation: 'relu' }),
        dense({ units: 8, activation: 'tanh' }),
        dense({ units: 1, activation: 'sigmoid' }),
      ],
      300,
    ),
    normals([2, 7], 3),
  )

/** Convolution, ReLU, average pooling, mean and a dense layer, as the converter writes them. */
async function graph(): Promise<Subject> {
  const weights = { filter: normals([3, 3, 2, 5], 400, 0.4), kernel: normals([5, 3], 401, 0.7) }
  const constants = Object.entries(weights).map(([name, { shape }]) => ({ name, op: 'Const', shape }))
  const float = { dtype: { type: 'DT_FLOAT' } }
  const dims = (shape: readonly number[]) => ({ shape: { dim: shape.map((size) => ({ size: String(size) })) } })
  const ints = (...values: number[]) => ({ list: { i: values.map(String) } })
  const nhwc = { padding: { s: btoa('SAME') }, data_format: { s: btoa('NHWC') } }
  const node = (name: string, op: string, input: string[], attr: object = {}) => ({ name, op, input, attr })
  const int32 = { dtype: { type: 'DT_INT32' }, value: { tensor: { dtype: 'DT_INT32', tensorShape: dims([2]).shape } } }
  const modelTopology = {
    node: [
      node('picture', 'Placeholder', [], { ...float, ...{ shape: dims([-1, 8, 8, 2]) } }),
      ...constants.map(({ name, op, shape }) =>
        node(name, op, [], { ...float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: dims(shape).shape } } }),
      ),
      node('axes', 'Const', [], int32),
      node('convolution', 'Conv2D', ['picture', 'filter'], {
        ...nhwc,
        strides: ints(1, 1, 1, 1),
        dilations: ints(1, 1, 1, 1),
      }),
      node('rectified', 'Relu', ['convolution']),
      node('pooled', 'AvgPool', ['rectified'], { ...nhwc, ksize: ints(1, 2, 2, 1), strides: ints(1, 1, 1, 1) }),
      node('mean', 'Mean', ['pooled', 'axes'], { keep_dims: { b: false } }),
      node('logits', 'MatMul', ['mean', 'kernel'], { transpose_a: { b: false }, transpose_b: { b: false } }),
      node('probabilities', 'Softmax', ['logits']),
    ],
    versions: { producer: 1 },
  }
  const arrays = [weights.filter.data, weights.kernel.data, Int32Array.of(1, 2)]
  const weightData = new Uint8Array(arrays.flatMap(({ buffer }) => [...new Uint8Array(buffer)])).buffer
  const weightSpecs = [
    ...constants.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' as const })),
    { name: 'axes', shape: [2], dtype: 'int32' as const },
  ]
  const network = await tfc.loadGraphModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }))
  return {
    model: fromGraphModel(network),
    input: normals([2, 8, 8, 2], 4),
    dispose: () => network.dispose(),
  }
}

/** By what they see. */
export const subjects: Readonly<Record<string, () => Subject | Promise<Subject>>> = { image, signal, table, graph }
