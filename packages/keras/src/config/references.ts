import { isObject } from './json.ts'

/** A tensor by the layer that makes it, which call of the layer, and which of its outputs. */
export type TensorReference = readonly [layer: string, call: number, output: number, ...rest: unknown[]]

/** The tensors in nested lists, in order. */
export function references(value: unknown): TensorReference[] {
  if (Array.isArray(value)) {
    return isReference(value) ? [value] : value.flatMap(references)
  }
  if (!isObject(value)) return []
  if (value['class_name'] === '__keras_tensor__' && isObject(value['config'])) {
    return references(value['config']['keras_history'])
  }
  return Object.values(value).flatMap(references)
}

const isReference = (value: readonly unknown[]): value is TensorReference =>
  value.length >= 3 && typeof value[0] === 'string' && typeof value[1] === 'number' && typeof value[2] === 'number'
