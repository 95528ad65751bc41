import { serialization } from '@tensorflow/tfjs-core'
import { isObject } from './json.ts'

const elsewhere: Readonly<Record<string, string>> = { silu: 'swish', log_softmax: 'logSoftmax' }

const known: ReadonlySet<string> = new Set([
  'elu',
  'gelu',
  'linear',
  'logSoftmax',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
])

/** TensorFlow.js's name of an activation, or what the file calls the one that it does not have. */
export function activationName(value: unknown, keras3: boolean): { name: string } | { unknown: string } {
  if (value === null || value === undefined) return { name: 'linear' }
  // Keras 3 writes a function as { class_name: 'function', config: its name }.
  const given = isObject(value) && value['class_name'] === 'function' ? value['config'] : value
  if (typeof given !== 'string') {
    return { unknown: isObject(given) ? String(given['class_name']) : JSON.stringify(given) }
  }
  const name = elsewhere[given] ?? given
  // Keras 2 computes it as TensorFlow.js does; Keras 3 has changed its slope.
  if (name === 'hard_sigmoid') return keras3 ? { unknown: "Keras 3's hard_sigmoid" } : { name }
  const own = serialization.SerializationMap.getMap().classNameMap[name]
  return known.has(name) || own ? { name } : { unknown: name }
}
