import { open, readdir } from 'node:fs/promises'
import { extname } from 'node:path'
import { ExplainError } from '@explainnet/core'

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
const keras: Foreign = { name: 'a Keras file', cure: 'Give the path of that file.' }
const safetensors: Foreign = {
  name: 'a safetensors file: weights without a topology',
  cure: 'Build the model in TensorFlow.js, set these weights, and save it with saveModel.',
}

const weightsOnly: Foreign = { name: 'a file of weights alone', cure: 'Give the model.json that lies beside it.' }

const byEnding: Readonly<Record<string, Foreign>> = {
  '.tflite': tflite,
  '.pb': savedModel,
  '.onnx': onnx,
  '.pt': pytorch,
  '.pth': pytorch,
  '.h5': keras,
  '.hdf5': keras,
  '.keras': keras,
  '.safetensors': safetensors,
  '.bin': weightsOnly,
}

/** The error that names what a file is which is no `model.json`, by its first bytes or its ending. */
export async function foreignFile(path: string): Promise<ExplainError> {
  return unsupported(path, (await byContent(path)) ?? byEnding[extname(path).toLowerCase()])
}

/** The same for a folder that has no `model.json`. */
export async function foreignFolder(path: string): Promise<ExplainError> {
  const names = await readdir(path)
  if (names.includes('saved_model.pb')) return unsupported(path, savedModel)
  const inside = names.find((name) => byEnding[extname(name).toLowerCase()])
  if (inside) {
    return new ExplainError(
      'unsupported-model',
      `${path} holds no model.json but ${inside}, ${byEnding[extname(inside).toLowerCase()]!.name}.`,
      byEnding[extname(inside).toLowerCase()]!.cure,
    )
  }
  return new ExplainError('bad-file', `${path} holds no model.json.`, tfjsCure)
}

export const tfjsCure = "Give a TensorFlow.js model's folder, or its model.json."

function unsupported(path: string, foreign: Foreign | undefined): ExplainError {
  if (!foreign) return new ExplainError('unsupported-model', `${path} is no TensorFlow.js model.`, tfjsCure)
  return new ExplainError('unsupported-model', `${path} is ${foreign.name}.`, foreign.cure)
}

async function byContent(path: string): Promise<Foreign | undefined> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    if (start.slice(4) === 'TFL3') return tflite
    return undefined
  } finally {
    await file.close()
  }
}
