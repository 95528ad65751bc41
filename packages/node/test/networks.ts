import {
  type AttributionMethod,
  type DifferentiableModel,
  explain,
  fromFunction,
  fromGraphModel,
  fromLayersModel,
  type NDArray,
  randomStream,
} from '@explainnet/core'
import { GraphModel } from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import {
  type LayersModel,
  layers,
  model as layersModel,
  input as placeholder,
  sequential,
} from '@tensorflow/tfjs-layers'

/** Numbers that are the same on every backend. */
export function numbers(shape: readonly number[], seed: number): NDArray {
  const stream = randomStream(seed)
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => 0.5 * stream.normal())
  return { shape: [...shape], data }
}

const tensorOf = (shape: readonly number[], seed: number) => tf.tensor(numbers(shape, seed).data, [...shape])

/** Positive where a variance is. */
function withWeights(model: LayersModel): LayersModel {
  const values = model.weights.map(({ name, shape }, i) => {
    const { data } = numbers(shape as number[], 100 + i)
    return tf.tensor(name.includes('variance') ? data.map((x) => 1 + x * x) : data, shape as number[])
  })
  model.setWeights(values)
  tf.dispose(values)
  return model
}

/** The kinds of layers of which image classifiers are made. */
function imageNetwork(): LayersModel {
  const pixels = placeholder({ shape: [16, 16, 3] })
  const conv = layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same' }).apply(pixels)
  const stem = layers.reLU({ maxValue: 6 }).apply(layers.batchNormalization().apply(conv))
  const deep = layers.depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }).apply(stem)
  const separable = layers
    .separableConv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'elu' })
    .apply(deep)
  const residual = layers.add().apply([deep, separable] as never)
  const pooled = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(residual)
  const up = layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }).apply(pooled)
  const leaky = layers.leakyReLU({ alpha: 0.2 }).apply(up)
  const mean = layers.averagePooling2d({ poolSize: 2 }).apply(stem)
  const both = layers.concatenate().apply([leaky, mean] as never)
  const gates = layers.dense({ units: 12, activation: 'sigmoid' }).apply(layers.globalMaxPooling2d({}).apply(both))
  const average = layers.multiply().apply([layers.globalAveragePooling2d({}).apply(both), gates] as never)
  const classes = layers.dense({ units: 4, activation: 'softmax' }).apply(average)
  return layersModel({ inputs: pixels, outputs: classes as never })
}

// The default, orthogonal initialiser needs tfjs' chained operations; the weights are replaced anyway.
const seriesNetwork = () =>
  sequential({
    layers: [
      layers.conv1d({ inputShape: [24, 3], filters: 6, kernelSize: 5, activation: 'tanh' }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.lstm({ units: 5, returnSequences: true, recurrentInitializer: 'glorotUniform' }),
      layers.layerNormalization(),
      layers.gru({ units: 4, recurrentInitializer: 'glorotUniform' }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  })

/** A transformer's block over 6 tokens of width 8. */
function attention(x: tf.Tensor): tf.Tensor {
  const project = (y: tf.Tensor, width: number, seed: number) =>
    tf.reshape(tf.matMul(tf.reshape(y, [-1, y.shape[2]!]), tensorOf([y.shape[2]!, width], seed) as tf.Tensor2D), [
      -1,
      6,
      width,
    ])
  const normalised = (y: tf.Tensor) => {
    const { mean, variance } = tf.moments(y, -1, true)
    return tf.mul(tf.sub(y, mean), tf.rsqrt(tf.add(variance, 1e-5)))
  }
  const [query, key, value] = tf.split(project(normalised(x), 24, 1), 3, 2) as [tf.Tensor, tf.Tensor, tf.Tensor]
  const weights = tf.softmax(tf.mul(tf.matMul(query, key, false, true), 8 ** -0.5))
  const mixed = tf.add(x, tf.matMul(weights, value))
  const wide = project(normalised(mixed), 16, 2)
  const gelu = tf.mul(tf.mul(wide, 0.5), tf.add(1, tf.erf(tf.mul(wide, Math.SQRT1_2))))
  const out = tf.add(mixed, project(gelu, 8, 3))
  return tf.matMul(tf.reshape(tf.slice(out, [0, 0, 0], [-1, 1, 8]), [-1, 8]), tensorOf([8, 3], 4) as tf.Tensor2D)
}

/** Convolutions with bias and activation in one node, as the converter writes them. */
async function fusedGraph(): Promise<GraphModel> {
  const text = (value: string) => ({ s: btoa(value) })
  const type = { T: { type: 'DT_FLOAT' } }
  const list = (...values: number[]) => ({ list: { i: values.map(String) } })
  const window = (stride: number) => ({
    ...type,
    strides: list(1, stride, stride, 1),
    dilations: list(1, 1, 1, 1),
    padding: text('SAME'),
    data_format: text('NHWC'),
  })
  const fused = (...ops: string[]) => ({ fused_ops: { list: { s: ops.map((op) => btoa(op)) } }, num_args: { i: '1' } })
  const shapes = { w1: [3, 3, 3, 6], b1: [6], w2: [3, 3, 6, 1], b2: [6], w3: [6, 3], b3: [3] }
  const node = (name: string, op: string, inputs: string[], attr: object) => ({ name, op, input: inputs, attr })
  const shape = { shape: { dim: [-1, 8, 8, 3].map((size) => ({ size: String(size) })) } }
  const topology = {
    node: [
      node('image', 'Placeholder', [], { dtype: { type: 'DT_FLOAT' }, shape }),
      ...Object.keys(shapes).map((name) => node(name, 'Const', [], { dtype: { type: 'DT_FLOAT' } })),
      node('axes', 'Const', [], { dtype: { type: 'DT_INT32' } }),
      node('conv', '_FusedConv2D', ['image', 'w1', 'b1'], { ...window(2), ...fused('BiasAdd', 'Relu6') }),
      node('deep', 'FusedDepthwiseConv2dNative', ['conv', 'w2', 'b2'], { ...window(1), ...fused('BiasAdd', 'Relu') }),
      node('mean', 'Mean', ['deep', 'axes'], { ...type, keep_dims: { b: false } }),
      node('logits', '_FusedMatMul', ['mean', 'w3', 'b3'], { ...type, ...fused('BiasAdd') }),
      node('out', 'Softmax', ['logits'], type),
    ],
    versions: { producer: 1 },
  }
  const arrays = Object.values(shapes).map((sides, i) => numbers(sides, 50 + i).data)
  const graph = new GraphModel({
    load: async () => ({
      modelTopology: topology,
      weightSpecs: [
        ...Object.entries(shapes).map(([name, sides]) => ({ name, shape: sides, dtype: 'float32' as const })),
        { name: 'axes', shape: [2], dtype: 'int32' as const },
      ],
      weightData: await new Blob([...arrays, Int32Array.of(1, 2)] as BlobPart[]).arrayBuffer(),
    }),
  })
  await graph.load()
  return graph
}

/** Small networks that together have the operations of the large ones, made on the current backend with the same weights everywhere. */
export const networks: Readonly<Record<string, { shape: number[]; make(): Promise<DifferentiableModel> }>> = {
  'an image network': { shape: [2, 16, 16, 3], make: async () => fromLayersModel(withWeights(imageNetwork())) },
  'a network for series': { shape: [2, 24, 3], make: async () => fromLayersModel(withWeights(seriesNetwork())) },
  'a graph with fused operations': { shape: [2, 8, 8, 3], make: async () => fromGraphModel(await fusedGraph()) },
  'a transformer block': {
    shape: [2, 6, 8],
    make: async () => fromFunction(attention, { inputs: [null, 6, 8], outputs: [null, 3], finalActivation: 'softmax' }),
  },
}

/** The gradient of the target's score, which is what every gradient method asks for. */
export const gradient: AttributionMethod<'gradients'> = {
  apiVersion: 1,
  name: 'gradient',
  needs: 'gradients',
  deterministic: true,
  options: {},
  async *attribute(task) {
    const [[name, { shape, data }]] = Object.entries(task.inputs) as [[string, NDArray]]
    const found = new Float32Array(data.length)
    let row = 0
    for await (const { gradients } of task.gradients(task.originals)) {
      found.set(gradients[name]!, (row++ * data.length) / shape[0]!)
    }
    yield {
      maps: {
        [name]: {
          shape,
          data: found,
          axes: ['batch', ...shape.slice(1).map(() => 'feature' as const)],
          domain: 'input',
        },
      },
    }
  },
}

/** One network explained on the current backend: the scores, the gradient, and the tensors that were left. */
export async function explained(name: string) {
  const { shape, make } = networks[name]!
  const model = await make()
  const input = numbers(shape, 9)
  const before = tf.memory().numTensors
  const { values, certificate } = await explain(model, input, gradient, { target: 1 })
  return {
    scores: certificate.targets.map(({ score }) => score),
    values,
    leaked: tf.memory().numTensors - before,
    backend: certificate.backend,
  }
}

/** Largest difference over the largest value. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const largest = (values: number[]) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return largest(Array.from(a, (value, i) => value - b[i]!)) / largest(Array.from(a))
}
