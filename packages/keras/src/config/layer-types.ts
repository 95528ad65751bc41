import type { JSONObject } from './json.ts'

/** What TensorFlow.js 4.22 does with the arguments of a Keras layer. */
export interface LayerType {
  /** Arguments that it honours. */
  readonly honours: readonly string[]
  /** Arguments that it does not know, with the values that say what it does anyway. */
  readonly only?: Readonly<Record<string, readonly unknown[]>>
  /** Keras 3's name of an argument, and the one that TensorFlow.js has kept. */
  readonly renamed?: Readonly<Record<string, string>>
  /** The layer that does what Keras does, where TensorFlow.js's layer of this name does not. */
  readonly standsIn?: (config: JSONObject) => string | undefined
}

const conv = ['filters', 'kernel_size', 'strides', 'padding', 'data_format', 'dilation_rate', 'activation', 'use_bias']
const depthwise = ['depth_multiplier']
const transposed: LayerType = {
  honours: conv.filter((name) => name !== 'dilation_rate'),
  only: { groups: [1], output_padding: [null], dilation_rate: [1, [1, 1], [1, 1, 1]] },
}
const convolution: LayerType = { honours: conv, only: { groups: [1] } }

const pool = ['pool_size', 'strides', 'padding']
const pool1D: LayerType = { honours: pool, only: { data_format: ['channels_last'] } }
const pool2D: LayerType = { honours: [...pool, 'data_format'] }
const globalPool1D: LayerType = { honours: [], only: { data_format: ['channels_last'], keepdims: [false] } }
const globalPool2D: LayerType = { honours: ['data_format'], only: { keepdims: [false] } }

const sequences = ['return_sequences', 'return_state', 'go_backwards']
const cell = ['units', 'activation', 'use_bias']
const gatedCell = [...cell, 'recurrent_activation']
const recurrent = (cell: readonly string[]): LayerType => ({
  honours: [...cell, ...sequences],
  only: { time_major: [false] },
})

const resetAfter =
  (layer: string) =>
  ({ reset_after: after }: JSONObject) =>
    after === true ? layer : undefined

const nothing: LayerType = { honours: [] }

/** By class name; layers of other names are refused, unless they were registered with TensorFlow.js. */
export const layerTypes: Readonly<Record<string, LayerType>> = {
  InputLayer: { honours: ['batch_input_shape', 'sparse'], only: { ragged: [false], optional: [false] } },

  Activation: { honours: ['activation'] },
  ELU: { honours: [], only: { alpha: [1] } },
  LeakyReLU: { honours: ['alpha'], renamed: { negative_slope: 'alpha' } },
  PReLU: { honours: ['shared_axes'] },
  ReLU: { honours: ['max_value'], only: { negative_slope: [0], threshold: [0] } },
  Softmax: { honours: ['axis'] },
  ThresholdedReLU: { honours: ['theta'] },

  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  SeparableConv2D: { honours: [...conv, ...depthwise], only: { groups: [1] } },
  DepthwiseConv2D: {
    honours: [...conv.filter((name) => name !== 'filters'), ...depthwise],
    only: { groups: [1] },
  },
  Cropping2D: { honours: ['cropping', 'data_format'] },
  UpSampling2D: {
    honours: ['size', 'interpolation', 'data_format'],
    standsIn: ({ interpolation }) => (interpolation === 'bilinear' ? 'HalfPixelResizing' : undefined),
  },
  ZeroPadding2D: { honours: ['padding', 'data_format'] },

  Dense: { honours: ['units', 'activation', 'use_bias'] },
  Flatten: { honours: ['data_format'] },
  RepeatVector: { honours: ['n'] },
  Reshape: { honours: ['target_shape'] },
  Permute: { honours: ['dims'] },
  Masking: { honours: ['mask_value'] },
  Embedding: { honours: ['input_dim', 'output_dim', 'mask_zero', 'input_length'] },

  // Nothing but the identity, outside of a training.
  Dropout: { honours: ['rate'] },
  SpatialDropout1D: { honours: ['rate'] },
  GaussianNoise: { honours: ['stddev'] },
  GaussianDropout: { honours: ['rate'] },
  AlphaDropout: { honours: ['rate'] },

  Add: nothing,
  Average: nothing,
  Maximum: nothing,
  Minimum: nothing,
  Multiply: nothing,
  Concatenate: { honours: ['axis'] },
  Dot: { honours: ['axes', 'normalize'] },

  BatchNormalization: { honours: ['axis', 'momentum', 'epsilon', 'center', 'scale'], only: { renorm: [false] } },
  LayerNormalization: { honours: ['axis', 'epsilon', 'center', 'scale'], only: { rms_scaling: [false] } },

  AveragePooling1D: pool1D,
  AveragePooling2D: pool2D,
  AveragePooling3D: pool2D,
  MaxPooling1D: pool1D,
  MaxPooling2D: pool2D,
  MaxPooling3D: pool2D,
  GlobalAveragePooling1D: globalPool1D,
  GlobalAveragePooling2D: globalPool2D,
  GlobalMaxPooling1D: globalPool1D,
  GlobalMaxPooling2D: globalPool2D,

  SimpleRNN: recurrent(cell),
  LSTM: recurrent(gatedCell),
  GRU: { ...recurrent(gatedCell), standsIn: resetAfter('ResetAfterGRU') },
  ConvLSTM2D: recurrent([...conv, 'recurrent_activation']),
  RNN: recurrent(['cell']),
  SimpleRNNCell: { honours: cell },
  LSTMCell: { honours: gatedCell },
  GRUCell: { honours: gatedCell, standsIn: resetAfter('ResetAfterGRUCell') },
  StackedRNNCells: { honours: ['cells'] },
  Bidirectional: { honours: ['layer', 'merge_mode'] },
  TimeDistributed: { honours: ['layer'] },

  Rescaling: { honours: ['scale', 'offset'] },
  CenterCrop: {
    honours: ['height', 'width'],
    only: { data_format: ['channels_last'] },
    standsIn: () => 'CentreCropping',
  },
  Resizing: {
    honours: ['height', 'width', 'interpolation'],
    only: {
      crop_to_aspect_ratio: [false],
      pad_to_aspect_ratio: [false],
      antialias: [false],
      data_format: ['channels_last'],
    },
    standsIn: () => 'HalfPixelResizing',
  },
  CategoryEncoding: { honours: ['num_tokens', 'output_mode'], only: { sparse: [false] } },
  // TensorFlow.js goes on varying the width after the training.
  RandomWidth: { honours: [], standsIn: () => 'Activation' },
}

/** Of use in a training alone, or not at all; or said elsewhere. */
export const withoutEffect: ReadonlySet<string> = new Set([
  'name',
  'trainable',
  'dtype',
  'seed',
  'noise_shape',
  'momentum',
  'dropout',
  'recurrent_dropout',
  'implementation',
  'unroll',
  // A network that was just loaded has no state yet; rows are independent here.
  'stateful',
  'unit_forget_bias',
  // Looked at where a mask arrives.
  'zero_output_for_mask',
  // Tells which layer stands in.
  'reset_after',
  'synchronized',
  'virtual_batch_size',
  'renorm_clipping',
  'renorm_momentum',
  'fill_mode',
  'fill_value',
  'factor',
])
