import type { LayeredModel, NDArray } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import { normals } from './networks.ts'
import { staged } from './staged.ts'

/** Columns of `[rows, features]`, each `[rows]`. */
type Columns = readonly tf.Tensor[]
/** One number a row from the columns. */
export type ClosedForm = (x: Columns) => tf.Tensor

export const features = 5

/** Functions of five features as a model, one output each, without a final activation. */
export function functions(...forms: readonly ClosedForm[]): LayeredModel {
  return staged({
    inputs: { features: [null, features] },
    stages: [
      {
        name: 'function',
        type: 'Function',
        shape: [null, forms.length],
        run: ({ features: x }) => {
          const columns = Array.from({ length: features }, (_, i) => tf.slice(x!, [0, i], [-1, 1]))
          return tf.concat(
            forms.map((form) => form(columns)),
            1,
          )
        },
      },
    ],
  })
}

export const linear: ClosedForm = (x) => x.reduce((sum, one, i) => tf.add(sum, tf.mul(one, i - 1.5)), tf.scalar(0.7))
export const quadratic: ClosedForm = (x) => x.reduce((sum, one, i) => tf.add(sum, tf.mul(tf.square(one), 0.4 * i - 1)), tf.scalar(0))
export const product: ClosedForm = ([a, b, c]) => tf.add(tf.mul(tf.mul(a!, b!), c!), tf.mul(a!, 0.5))
export const smooth: ClosedForm = ([a, b, c, d]) => tf.add(tf.tanh(tf.add(a!, tf.mul(b!, c!))), tf.sigmoid(d!))
export const larger: ClosedForm = ([a, b]) => tf.maximum(tf.mul(a!, 2), b!)
export const smaller: ClosedForm = ([a, b]) => tf.minimum(tf.mul(a!, 2), b!)
/** Features 1 and 3 don't matter. */
export const withoutOneAndThree: ClosedForm = ([a, , c, , e]) => tf.add(tf.tanh(tf.mul(a!, c!)), tf.square(e!))
/** Features 0 and 1 may change places. */
export const evenHanded: ClosedForm = ([a, b, c]) => tf.add(tf.mul(tf.tanh(tf.add(a!, b!)), c!), tf.mul(a!, b!))
/** 1 − relu(1 − x): flat from 1 on, where its gradient is zero. */
export const saturating: ClosedForm = ([a]) => tf.sub(1, tf.relu(tf.sub(1, a!)))

/** a − c + ¼: a baseline of equal features lies beside the kink of its absolute value, where the slope is a convention. */
const above = (a: tf.Tensor, c: tf.Tensor) => tf.add(tf.sub(a, c), 0.25)

/** Pairs that compute the same in different ways. */
export const twins: readonly (readonly [ClosedForm, ClosedForm])[] = [
  [([a, b]) => tf.square(tf.add(a!, b!)), ([a, b]) => tf.add(tf.add(tf.square(a!), tf.square(b!)), tf.mul(tf.mul(a!, 2), b!))],
  [([a, , c]) => tf.relu(above(a!, c!)), ([a, , c]) => tf.mul(0.5, tf.add(above(a!, c!), tf.abs(above(a!, c!))))],
  [([, b, , d]) => tf.mul(tf.add(b!, d!), tf.sub(b!, d!)), ([, b, , d]) => tf.sub(tf.square(b!), tf.square(d!))],
]

/** A dense tanh network with weights of its own for each seed. */
export const randomNetwork =
  (seed: number): ClosedForm =>
  (x) => {
    const first = normals([features, 6], 1000 + seed, 0.6)
    const second = normals([6, 1], 2000 + seed, 0.8)
    const all = tf.concat([...x], 1) as tf.Tensor2D
    const hidden = tf.tanh(tf.matMul(all, tf.tensor2d(first.data, [features, 6])))
    return tf.matMul(hidden, tf.tensor2d(second.data, [6, 1]))
  }

/** Three examples. */
export const points = (seed: number): { features: NDArray } => ({ features: normals([3, features], 500 + seed) })
