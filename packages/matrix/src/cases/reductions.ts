import * as tf from '@tensorflow/tfjs-core'
import { type AnyTensor, type Case, given, op, spaced } from '../case.ts'

const x = spaced([2, 3, 4], -2, 2)
const positive = spaced([2, 3, 4], 0.3, 2)

const simple: readonly [string, (x: AnyTensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor][] = [
  ['sum', tf.sum],
  ['mean', tf.mean],
  ['max', tf.max],
  ['min', tf.min],
  ['prod', tf.prod],
  ['logSumExp', tf.logSumExp],
]

export const reductions: readonly Case[] = [
  ...simple.flatMap(([name, f]) => [
    op(`${name} of all`, [x], (t) => f(t)),
    op(`${name} along the last axis`, [x], (t) => f(t, -1)),
    op(`${name} along the first axis`, [x], (t) => f(t, 0)),
    op(`${name} along two axes, kept`, [x], (t) => f(t, [0, 2], true)),
  ]),
  op('prod with a zero', [given([2, 3], [1, 0, 2, -1, 3, 0.5])], (t) => tf.prod(t, 1)),
  op('norm 1', [x], (t) => tf.norm(t, 1, 1)),
  op('norm 2', [x], (t) => tf.norm(t, 2, 1)),
  op('norm ∞', [x], (t) => tf.norm(t, Number.POSITIVE_INFINITY, 1)),
  op('Frobenius norm', [x], (t) => tf.norm(t, 'fro', [1, 2])),
  op('euclideanNorm', [x], (t) => tf.euclideanNorm(t, 1)),
  op('moments', [x], (t) => {
    const { mean, variance } = tf.moments(t, [0, 2])
    return tf.stack([mean, variance])
  }),
  op('standard deviation', [positive], (t) => tf.sqrt(tf.moments(t, 1).variance)),
  op('cumsum', [x], (t) => tf.cumsum(t, 1)),
  op('cumsum, exclusive, in reverse', [x], (t) => tf.cumsum(t, 2, true, true)),
  op('cumprod', [positive], (t) => tf.cumprod(t, 1)),
  op('cumprod, exclusive, in reverse', [positive], (t) => tf.cumprod(t, 2, true, true)),
  op('cumprod with a zero', [given([2, 3], [1, 0, 2, -1, 3, 0.5])], (t) => tf.cumprod(t, 1)),
  op('topk', [x], (t) => tf.topk(t, 2).values),
  op('topk of a vector', [[7]], (t) => tf.topk(t, 3).values),
  op('argMax', [x], (t) => tf.mul(tf.cast(tf.argMax(t, 1), 'float32'), tf.sum(t, 1))),
  op('argMin', [x], (t) => tf.mul(tf.cast(tf.argMin(t, 1), 'float32'), tf.sum(t, 1))),
]
