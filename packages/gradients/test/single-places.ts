import * as tf from '@tensorflow/tfjs-core'
import { values } from './wasm.ts'

type Masks = [begin: number, end: number, ellipsis: number, newAxis: number, shrinkAxis: number]
type Place = number | number[]

/** Slices of [3, 4, 5] that take a single place of some axis, as numpy writes them, and which places of each axis they take. */
export const singlePlaces: [
  name: string,
  begin: number[],
  end: number[],
  strides: number[],
  masks: Masks,
  taken: Place[],
][] = [
  ['x[:, 1:4:2, 3]', [0, 1, 3], [3, 4, 4], [1, 2, 1], [1, 1, 0, 0, 4], [[0, 1, 2], [1, 3], 3]],
  ['x[0, ::2, ::-1]', [0, 0, 0], [1, 0, 0], [1, 2, -1], [6, 6, 0, 0, 1], [0, [0, 2], [4, 3, 2, 1, 0]]],
  ['x[::2, -1, 1:]', [0, -1, 1], [0, 0, 0], [2, 1, 1], [1, 5, 0, 0, 2], [[0, 2], 3, [1, 2, 3, 4]]],
  ['x[..., ::2, -2]', [0, 0, -2], [0, 0, -1], [1, 2, 1], [2, 2, 1, 0, 4], [[0, 1, 2], [0, 2], 3]],
  ['x[1]', [1], [2], [1], [0, 0, 0, 0, 1], [1, [0, 1, 2, 3], [0, 1, 2, 3, 4]]],
]

/** By tfjs. */
export function sliced(begin: number[], end: number[], strides: number[], masks: Masks): tf.Tensor {
  return tf.stridedSlice(tf.tensor(values(60), [3, 4, 5]), begin, end, strides, ...masks)
}

/** One value after the other. */
export function picked(taken: Place[]): { shape: number[]; data: number[] } {
  const x = values(60)
  const [a, b, c] = taken.map((place) => (Array.isArray(place) ? place : [place])) as [number[], number[], number[]]
  return {
    shape: taken.filter(Array.isArray).map(({ length }) => length),
    data: a.flatMap((i) => b.flatMap((j) => c.map((k) => x[(i * 4 + j) * 5 + k]!))),
  }
}
