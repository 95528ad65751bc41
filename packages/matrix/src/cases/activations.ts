import * as tf from '@tensorflow/tfjs-core'
import { type AnyTensor, type Case, given, op, spaced } from '../case.ts'

const wide = spaced([3, 8], -4, 7.9)
const narrow = spaced([3, 4], -2, 2)
const atZero = given([6], [-1, 0, 2, 0, -3, 4])

/** The gradient of a function of one variable, given by its slope. */
const slope = (f: (x: number) => number) => (weights: Float64Array) => [
  [...weights].map((weight, i) => weight * f(atZero.values[i]!)),
]

const gelu = (x: AnyTensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))
const tanhGelu = (x: AnyTensor) =>
  tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(tf.pow(x, 3), 0.044715)), 0.7978845608)), 1))

export const activations: readonly Case[] = [
  op('relu', [wide], tf.relu),
  op(
    'relu at zero',
    [atZero],
    tf.relu,
    slope((x) => +(x > 0)),
  ),
  op('relu6', [wide], tf.relu6),
  op(
    'relu6 at zero',
    [atZero],
    tf.relu6,
    slope((x) => +(x > 0)),
  ),
  op('elu', [narrow], tf.elu),
  op('selu', [narrow], tf.selu),
  op('leakyRelu', [wide], (x) => tf.leakyRelu(x, 0.3)),
  op('prelu, one slope', [wide, spaced([], 0.1, 0.4)], tf.prelu),
  op('prelu, a slope for each channel', [wide, spaced([8], 0.1, 0.4)], tf.prelu),
  op('sigmoid', [wide], tf.sigmoid),
  op('logSigmoid', [wide], tf.logSigmoid),
  op('softplus', [wide], tf.softplus),
  op('softsign', [narrow], (x) => tf.div(x, tf.add(tf.abs(x), 1))),
  op('softmax', [narrow], (x) => tf.softmax(x)),
  op('softmax of rank 3', [[2, 3, 4]], (x) => tf.softmax(x)),
  op('softmax along the first axis', [narrow], (x) => tf.transpose(tf.softmax(tf.transpose(x)))),
  op('logSoftmax', [narrow], (x) => tf.logSoftmax(x)),
  op('swish', [wide], (x) => tf.mul(x, tf.sigmoid(x))),
  op('mish', [narrow], (x) => tf.mul(x, tf.tanh(tf.softplus(x)))),
  op('gelu by erf', [narrow], gelu),
  op('gelu by tanh', [narrow], tanhGelu),
  op('hard sigmoid', [wide], (x) => tf.div(tf.relu6(tf.add(x, 3)), 6)),
  op('hard swish', [wide], (x) => tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6))),
]
