import { ExplainError } from '../errors.ts'

const converter = (format: string) =>
  `Convert it: tensorflowjs_converter --input_format=${format} … (pip install tensorflowjs).`

interface Foreign {
  readonly name: string
  readonly cure: string
}

const tflite: Foreign = {
  name: 'a TensorFlow Lite model, which cannot be differentiated',
  cure: 'Convert the SavedModel or Keras file that it was made from with tensorflowjs_converter.',
}
const savedModel: Foreign = { name: 'a TensorFlow SavedModel', cure: converter('tf_saved_model') }
const onnx: Foreign = {
  name: 'an ONNX model',
  cure: 'Convert it with onnx2tf to a SavedModel and that with tensorflowjs_converter, or wrap a session of ONNX Runtime by fromPredict.',
}
const pytorch: Foreign = {
  name: 'a PyTorch file',
  cure: 'Export it to ONNX, convert that with onnx2tf to a SavedModel, and that with tensorflowjs_converter.',
}
const keras: Foreign = { name: 'a Keras file', cure: 'Give that file itself.' }
const safetensors: Foreign = {
  name: 'a safetensors file: weights without a topology',
  cure: 'Build the model in TensorFlow.js, set these weights, and save it with saveModel.',
}
const weightsOnly: Foreign = { name: 'a file of weights alone', cure: 'Give the model.json that lies beside it.' }

const byEnding: Readonly<Record<string, Foreign>> = {
  tflite,
  pb: savedModel,
  onnx,
  pt: pytorch,
  pth: pytorch,
  h5: keras,
  hdf5: keras,
  keras,
  safetensors,
  bin: weightsOnly,
}

export const tfjsCure = "Give a TensorFlow.js model's folder, or its model.json."

/** The error that names what a file is which is no `model.json`, by its first bytes or its ending. */
export function foreignModel(path: string, start: Uint8Array): ExplainError {
  const foreign = isTFLite(start) ? tflite : endingOf(path)
  if (!foreign) return new ExplainError('unsupported-model', `${path} is no TensorFlow.js model.`, tfjsCure)
  return new ExplainError('unsupported-model', `${path} is ${foreign.name}.`, foreign.cure)
}

/** The same for a place that has no `model.json`, by the names of what it has. */
export function foreignModels(path: string, names: readonly string[]): ExplainError {
  if (names.includes('saved_model.pb')) {
    return new ExplainError('unsupported-model', `${path} is ${savedModel.name}.`, savedModel.cure)
  }
  const inside = names.find(endingOf)
  if (!inside) return new ExplainError('bad-file', `${path} holds no model.json.`, tfjsCure)
  const { name, cure } = endingOf(inside)!
  return new ExplainError('unsupported-model', `${path} holds no model.json but ${inside}, ${name}.`, cure)
}

const endingOf = (path: string): Foreign | undefined => {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(byEnding, ending) ? byEnding[ending] : undefined
}

/** Whether a name ends as that of a file which no `model.json` is: Keras, ONNX, weights alone. */
export const isForeignName = (path: string): boolean => endingOf(path) !== undefined

const isTFLite = (start: Uint8Array) => String.fromCharCode(...start.subarray(4, 8)) === 'TFL3'

/** Whether a file is HDF5, in which Keras keeps models, by its first bytes. */
export const isHDF5 = (start: Uint8Array): boolean =>
  String.fromCharCode(...start.subarray(0, 8)) === '\x89HDF\r\n\x1a\n'
