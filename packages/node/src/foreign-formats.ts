import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import { ExplainError } from '@explainnet/core'

const cures: Record<string, [name: string, cure: string]> = {
  '.tflite': ['a TensorFlow Lite model', 'Convert the original model with tensorflowjs_converter.'],
  '.onnx': ['an ONNX model', 'Run it by onnxruntime and wrap it by fromPredict, or convert it to tfjs.'],
  '.pt': ['a PyTorch model', 'Export it to ONNX and convert that, or wrap a server of it by fromPredict.'],
  '.pth': ['a PyTorch model', 'Export it to ONNX and convert that, or wrap a server of it by fromPredict.'],
  '.pb': ['a TensorFlow SavedModel', 'Convert its folder with tensorflowjs_converter --input_format=tf_saved_model.'],
  '.h5': ['a Keras HDF5 file', 'Convert it with tensorflowjs_converter --input_format=keras.'],
  '.keras': ['a Keras 3 file', 'Save it as .h5 and convert it with tensorflowjs_converter --input_format=keras.'],
  '.safetensors': ['a file of weights without a graph', 'Give the tfjs model folder instead.'],
  '.bin': ['a file of weights', 'Give the model.json that lies beside it.'],
}
cures['.hdf5'] = cures['.h5']!

/** Refuses what is a model of another framework, naming it and the way here. */
export function refuseForeignModel(path: string): void {
  const isSavedModel = existsSync(join(path, 'saved_model.pb'))
  const known = cures[isSavedModel ? '.pb' : extname(path).toLowerCase()]
  if (known) throw new ExplainError('unsupported-model', `${path} is ${known[0]}.`, known[1])
}
