import * as tf from '@tensorflow/tfjs-core'
import { layers as factories, type layers as Layers } from '@tensorflow/tfjs-layers'
import { type AnyTensor, asInput, type Case, type Input, spaced } from '../case.ts'

type Layer = ReturnType<typeof Layers.activation>
type Shape = readonly number[]

// Weights are supplied by the case: no time for random numbers, nor for orthogonal matrices.
const blank = {
  kernelInitializer: 'zeros',
  recurrentInitializer: 'zeros',
  depthwiseInitializer: 'zeros',
  pointwiseInitializer: 'zeros',
  embeddingsInitializer: 'zeros',
} as const

const make = (factory: string, config: object = {}): Layer =>
  (factories as unknown as Record<string, (config: object) => Layer>)[factory]!({ ...blank, ...config })

const weightValues = (name: string, shape: readonly number[], seed: number): Input =>
  /variance|gamma/.test(name) ? spaced(shape, 0.5, 1.5, seed) : spaced(shape, -0.6, 0.6, seed)

/** A layer as a function of its inputs and its weights, so that the tape sees both. */
function layerCase(
  name: string,
  used: readonly string[],
  create: () => Layer,
  shapes: readonly (Shape | Input)[],
  prepare: (inputs: AnyTensor[]) => AnyTensor[] = (inputs) => inputs,
): Case {
  return {
    name,
    layers: used,
    build() {
      const layer = create()
      const inputs = shapes.map(asInput)
      const shapesIn = tf.tidy(() => prepare(inputs.map(({ shape }) => tf.zeros([...shape]))).map((x) => x.shape))
      layer.build(shapesIn.length === 1 ? shapesIn[0]! : shapesIn)
      layer.built = true
      const weights = layer.weights.map(({ name, shape }, i) => weightValues(name, shape as number[], 10 + i))
      return {
        inputs: [...inputs, ...weights],
        dispose: () => {
          for (const variable of layer.weights) variable.dispose()
        },
        forward: (...tensors) => {
          const given = tensors.slice(inputs.length)
          for (const [i, variable] of layer.weights.entries()) variable.read = () => given[i]!
          const x = prepare(tensors.slice(0, inputs.length))
          const output = layer.apply(x.length === 1 ? x[0]! : x, { training: false })
          return (Array.isArray(output) ? output[0] : output) as tf.Tensor
        },
      }
    },
  }
}

/** A layer with one configuration; what it is named by is its factory. */
const one = (factory: string, config: object, shape: Shape | Input, variant = ''): Case =>
  layerCase(factory + variant, [factory], () => make(factory, config), [shape])

const merge = (
  factory: string,
  config: object = {},
  shapes: readonly Shape[] = [
    [2, 3, 4],
    [2, 3, 4],
  ],
  variant = '',
) => layerCase(factory + variant, [factory], () => make(factory, config), shapes)

const picture = [1, 5, 6, 2]
const sequence = [2, 4, 3]
const volume = [1, 4, 4, 4, 2]
const negative = spaced([1, 4, 4, 2], -3, -1)

const activationNames = [
  'elu',
  'hardSigmoid',
  'linear',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'mish',
  'gelu',
  'gelu_new',
]

export const layers: readonly Case[] = [
  ...activationNames.map((activation) => one('activation', { activation }, [2, 5], `, ${activation}`)),
  one('elu', {}, [2, 6]),
  one('reLU', { maxValue: 0.6 }, [2, 6]),
  one('leakyReLU', { alpha: 0.2 }, [2, 6]),
  one('prelu', {}, [2, 6]),
  one('prelu', { sharedAxes: [1, 2] }, picture, ', shared slopes'),
  one('softmax', {}, [2, 6]),
  one('thresholdedReLU', { theta: 0.3 }, [2, 6]),
  one('dense', { units: 3, activation: 'tanh' }, [2, 4]),
  one('dense', { units: 3 }, [2, 3, 4], ' of rank 3'),
  one('conv1d', { filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }, sequence),
  one('conv1d', { filters: 3, kernelSize: 2, dilationRate: 2 }, sequence, ', dilation 2'),
  one('conv2d', { filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }, picture),
  one('conv2d', { filters: 3, kernelSize: 3, strides: 2 }, picture, ', stride 2'),
  one('conv2d', { filters: 3, kernelSize: 3, dilationRate: 2, padding: 'same' }, picture, ', dilation 2'),
  one('conv2dTranspose', { filters: 2, kernelSize: 3, strides: 2, padding: 'same' }, [1, 3, 3, 2]),
  one('conv3d', { filters: 2, kernelSize: 2, padding: 'same' }, volume),
  one('conv3dTranspose', { filters: 2, kernelSize: 2, strides: 2 }, [1, 2, 2, 2, 2]),
  one('separableConv2d', { filters: 3, kernelSize: 3, depthMultiplier: 2, kernelInitializer: undefined }, picture),
  one('depthwiseConv2d', { kernelSize: 3, depthMultiplier: 2, padding: 'same' }, picture),
  one('depthwiseConv2d', { kernelSize: 3, strides: 2 }, picture, ', stride 2'),
  one(
    'cropping2D',
    {
      cropping: [
        [1, 0],
        [2, 1],
      ],
    },
    picture,
  ),
  one(
    'zeroPadding2d',
    {
      padding: [
        [1, 0],
        [2, 1],
      ],
    },
    picture,
  ),
  one('upSampling2d', { size: [2, 3] }, [1, 2, 3, 2]),
  one('upSampling2d', { size: [2, 2], interpolation: 'bilinear' }, [1, 2, 3, 2], ', bilinear'),
  one('averagePooling1d', { poolSize: 2 }, sequence),
  one('averagePooling2d', { poolSize: 3, strides: 2, padding: 'same' }, picture),
  one('averagePooling3d', { poolSize: 2, padding: 'same' }, volume),
  one('maxPooling1d', { poolSize: 2 }, sequence),
  one('maxPooling2d', { poolSize: 3, strides: 2, padding: 'same' }, picture),
  one('maxPooling2d', { poolSize: 2 }, negative, ' of negative numbers'),
  one('maxPooling3d', { poolSize: 2, padding: 'same' }, volume),
  one('globalAveragePooling1d', {}, sequence),
  one('globalAveragePooling2d', {}, picture),
  one('globalMaxPooling1d', {}, sequence),
  one('globalMaxPooling2d', {}, picture),
  one('batchNormalization', {}, picture),
  one('batchNormalization', { scale: false }, picture, ' without scale'),
  one('batchNormalization', { center: false }, picture, ' without centre'),
  one('batchNormalization', { scale: false, center: false }, picture, ' without scale and centre'),
  one('batchNormalization', { axis: 1 }, [2, 3, 4], ' of another axis'),
  one('layerNormalization', {}, [2, 3, 4]),
  one('layerNormalization', { axis: [1, 2] }, [2, 3, 4], ' over two axes'),
  one('flatten', {}, picture),
  one('flatten', { dataFormat: 'channelsFirst' }, picture, ', channels first'),
  one('repeatVector', { n: 3 }, [2, 4]),
  one('reshape', { targetShape: [4, -1] }, [2, 4, 3]),
  one('permute', { dims: [2, 1] }, [2, 4, 3]),
  one('masking', { maskValue: 0 }, sequence),
  one('rescaling', { scale: 0.5, offset: 0.1 }, picture),
  one('centerCrop', { height: 3, width: 4 }, picture),
  one('resizing', { height: 7, width: 4 }, picture),
  // Outside training these pass their input on.
  one('dropout', { rate: 0.3 }, [2, 4]),
  one('spatialDropout1d', { rate: 0.3 }, sequence),
  one('gaussianNoise', { stddev: 0.3 }, [2, 4]),
  one('gaussianDropout', { rate: 0.3 }, [2, 4]),
  one('alphaDropout', { rate: 0.3 }, [2, 4]),
  layerCase(
    'embedding',
    ['embedding'],
    () => make('embedding', { inputDim: 5, outputDim: 3 }),
    [],
    () => [tf.tensor2d([1, 0, 4, 1], [2, 2], 'int32')],
  ),
  merge('add'),
  merge('average'),
  merge('concatenate', { axis: 1 }),
  merge('maximum'),
  merge('minimum'),
  merge('multiply'),
  merge(
    'multiply',
    {},
    [
      [1, 3, 3, 2],
      [1, 1, 1, 2],
    ],
    ', broadcast',
  ),
  merge('dot', { axes: -1 }, [
    [2, 4],
    [2, 4],
  ]),
  merge(
    'dot',
    { axes: [2, 1], normalize: true },
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
    ' of rank 3, normalised',
  ),
  one('simpleRNN', { units: 3, returnSequences: true }, sequence),
  one('gru', { units: 3, returnSequences: true }, sequence),
  one('gru', { units: 3, recurrentActivation: 'sigmoid', goBackwards: true }, sequence, ' backwards'),
  one('lstm', { units: 3, returnSequences: true }, sequence),
  one('convLstm2d', { filters: 2, kernelSize: 2, padding: 'same', returnSequences: true }, [1, 3, 3, 3, 1]),
  ...(['simpleRNNCell', 'gruCell', 'lstmCell'] as const).map((cell) =>
    layerCase(`rnn of ${cell}`, ['rnn', cell], () => make('rnn', { cell: make(cell, { units: 3 }) }), [sequence]),
  ),
  layerCase(
    'rnn of stackedRNNCells',
    ['rnn', 'stackedRNNCells'],
    () => {
      const cells = [make('gruCell', { units: 3 }), make('lstmCell', { units: 2 })]
      return make('rnn', { cell: make('stackedRNNCells', { cells }) })
    },
    [sequence],
  ),
  ...(['concat', 'sum', 'mul', 'ave'] as const).map((mergeMode) =>
    layerCase(
      `bidirectional lstm, ${mergeMode}`,
      ['bidirectional', 'lstm'],
      () => make('bidirectional', { layer: make('lstm', { units: 2, returnSequences: true }), mergeMode }),
      [sequence],
    ),
  ),
  layerCase(
    'timeDistributed dense',
    ['timeDistributed', 'dense'],
    () => make('timeDistributed', { layer: make('dense', { units: 2 }) }),
    [sequence],
  ),
  layerCase(
    'timeDistributed conv2d',
    ['timeDistributed', 'conv2d'],
    () => make('timeDistributed', { layer: make('conv2d', { filters: 2, kernelSize: 2 }) }),
    [[1, 3, 3, 3, 2]],
  ),
]
