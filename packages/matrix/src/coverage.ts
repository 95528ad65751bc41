/** What the matrix leaves out, and why. A kernel or layer that is neither in a row nor here fails a test. */

/** Kernels that run in backward passes only, with the forward kernel whose rows exercise them. */
export const backwardKernels: Readonly<Record<string, string>> = {
  AvgPoolGrad: 'AvgPool',
  AvgPool3DGrad: 'AvgPool3D',
  Conv2DBackpropFilter: 'Conv2D',
  Conv3DBackpropFilterV2: 'Conv3D',
  DepthwiseConv2dNativeBackpropFilter: 'DepthwiseConv2dNative',
  DepthwiseConv2dNativeBackpropInput: 'DepthwiseConv2dNative',
  Dilation2DBackpropFilter: 'Dilation2D',
  Dilation2DBackpropInput: 'Dilation2D',
  EluGrad: 'Elu',
  LRNGrad: 'LRN',
  MaxPoolGrad: 'MaxPool',
  MaxPool3DGrad: 'MaxPool3D',
  ResizeBilinearGrad: 'ResizeBilinear',
  ResizeNearestNeighborGrad: 'ResizeNearestNeighbor',
}

const integers = 'of integers'
const complex = 'of complex numbers, for which TensorFlow.js has no gradients'
const strings = 'of strings'
const ragged = 'arranges rows of unequal length, to integers or to tables, before a network'
const unused = 'no operation of tfjs-core runs it: composed of other kernels'

export const excludedKernels: Readonly<Record<string, string>> = {
  Bincount: integers,
  BitwiseAnd: integers,
  BroadcastArgs: integers,
  BroadcastTo: unused,
  Complex: complex,
  ComplexAbs: complex,
  DenseBincount: integers,
  Draw: 'draws on a canvas',
  FFT: complex,
  FromPixels: 'reads pixels',
  IFFT: complex,
  Imag: complex,
  LogSoftmax: unused,
  LogicalXor: unused,
  LowerBound: integers,
  MatrixBandPart: unused,
  Multinomial: 'draws at random',
  NonMaxSuppressionV3: 'picks indices',
  NonMaxSuppressionV4: 'picks indices',
  NonMaxSuppressionV5: 'picks indices',
  Pool: unused,
  RaggedGather: ragged,
  RaggedRange: ragged,
  RaggedTensorToTensor: ragged,
  Real: complex,
  SearchSorted: integers,
  SparseFillEmptyRows: ragged,
  SparseReshape: integers,
  StaticRegexReplace: strings,
  StringNGrams: strings,
  StringSplit: strings,
  StringToHashBucketFast: strings,
  Unique: integers,
  UpperBound: integers,
}

/** Factories of tfjs-layers. */
export const excludedLayers: Readonly<Record<string, string>> = {
  Layer: 'the base class',
  RNN: 'the class of rnn',
  RNNCell: 'the base class of the cells',
  avgPool1d: 'averagePooling1d',
  avgPool2d: 'averagePooling2d',
  avgPool3d: 'averagePooling3d',
  avgPooling1d: 'averagePooling1d',
  avgPooling2d: 'averagePooling2d',
  avgPooling3d: 'averagePooling3d',
  categoryEncoding: 'takes integers and has no weights',
  convLstm2dCell: 'runs in convLstm2d only',
  globalMaxPool1d: 'globalMaxPooling1d',
  globalMaxPool2d: 'globalMaxPooling2d',
  input: 'computes nothing',
  inputLayer: 'computes nothing',
  maxPool1d: 'maxPooling1d',
  maxPool2d: 'maxPooling2d',
  randomWidth: 'resizes at random',
}
