import * as tf from '@tensorflow/tfjs-core'
import { type AnyTensor, type Case, op, spaced } from '../case.ts'

const x = spaced([2, 3, 3, 4], -2, 2, 1)
const perChannel = [spaced([4], -0.5, 0.5, 2), spaced([4], 0.5, 2, 3)] as const
const [offset, scale] = [spaced([4], -1, 1, 4), spaced([4], 0.5, 1.5, 5)]
const full = [spaced([2, 3, 3, 4], -0.5, 0.5, 6), spaced([2, 3, 3, 4], 0.5, 2, 7)] as const

const standardised = (t: AnyTensor, axes: number[]) => {
  const { mean, variance } = tf.moments(t, axes, true)
  return tf.mul(tf.sub(t, mean), tf.rsqrt(tf.add(variance, 1e-3)))
}

export const normalisation: readonly Case[] = [
  op('batchNorm', [x, ...perChannel, offset, scale], (t, m, v, o, s) => tf.batchNorm(t, m, v, o, s)),
  op('batchNorm without scale', [x, ...perChannel, offset], (t, m, v, o) => tf.batchNorm(t, m, v, o)),
  op('batchNorm without offset', [x, ...perChannel, scale], (t, m, v, s) => tf.batchNorm(t, m, v, undefined, s)),
  op('batchNorm without scale and offset', [x, ...perChannel], (t, m, v) => tf.batchNorm(t, m, v)),
  op('batchNorm, large ε', [x, ...perChannel, offset, scale], (t, m, v, o, s) => tf.batchNorm(t, m, v, o, s, 0.5)),
  op('batchNorm of rank 2', [[3, 4], ...perChannel, offset, scale], (t, m, v, o, s) => tf.batchNorm(t, m, v, o, s)),
  op('batchNorm of rank 3', [[2, 3, 4], ...perChannel, offset, scale], (t, m, v, o, s) => tf.batchNorm(t, m, v, o, s)),
  op('batchNorm, statistics of full rank', [x, ...full], (t, m, v) =>
    tf.batchNorm4d(t, m, v, tf.zerosLike(m), tf.onesLike(m)),
  ),
  op('batch normalisation by the batch', [x, offset, scale], (t, o, s) =>
    tf.add(tf.mul(standardised(t, [0, 1, 2]), s), o),
  ),
  op('layer normalisation', [x, offset, scale], (t, o, s) => tf.add(tf.mul(standardised(t, [3]), s), o)),
  op('instance normalisation', [x], (t) => standardised(t, [1, 2])),
  op('group normalisation', [x], (t) => tf.reshape(standardised(tf.reshape(t, [2, 9, 2, 2]), [1, 3]), [2, 3, 3, 4])),
  op('root-mean-square normalisation', [x], (t) => tf.mul(t, tf.rsqrt(tf.add(tf.mean(tf.square(t), -1, true), 1e-3)))),
  op('normalisation to length 1', [x], (t) => tf.div(t, tf.norm(t, 2, -1, true))),
  op('localResponseNormalization', [x], (t) => tf.localResponseNormalization(t, 1, 1, 0.5, 0.7)),
  op('localResponseNormalization, defaults', [x], (t) => tf.localResponseNormalization(t)),
]
