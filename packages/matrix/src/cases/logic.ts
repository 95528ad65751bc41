import * as tf from '@tensorflow/tfjs-core'
import { type AnyTensor, type Case, op, spaced } from '../case.ts'

const a = spaced([2, 6], -2, 2, 1)
const b = spaced([2, 6], -1.9, 1.8, 2)

const asFloat = (x: tf.Tensor) => tf.cast(x, 'float32')
const masks: readonly [string, (a: AnyTensor, b: AnyTensor) => tf.Tensor][] = [
  ['equal', tf.equal],
  ['notEqual', tf.notEqual],
  ['greater', tf.greater],
  ['greaterEqual', tf.greaterEqual],
  ['less', tf.less],
  ['lessEqual', tf.lessEqual],
  ['logicalAnd', (x, y) => tf.logicalAnd(tf.greater(x, 0), tf.less(y, 1))],
  ['logicalOr', (x, y) => tf.logicalOr(tf.greater(x, 0), tf.less(y, 1))],
  ['logicalXor', (x, y) => tf.logicalXor(tf.greater(x, 0), tf.less(y, 1))],
  ['logicalNot', (x) => tf.logicalNot(tf.greater(x, 0))],
  ['isFinite', (x) => tf.isFinite(x)],
  ['isInf', (x) => tf.isInf(x)],
  ['isNaN', (x) => tf.isNaN(x)],
  ['any', (x) => tf.any(tf.greater(x, 0), 0, true)],
  ['all', (x) => tf.all(tf.greater(x, -1.4), 0, true)],
]

export const logic: readonly Case[] = [
  // On the path: the mask has slope zero, what it masks has not.
  ...masks.map(([name, mask]) => op(name, [a, b], (x, y) => tf.add(tf.mul(asFloat(mask(x, y)), tf.square(x)), y))),
  op('where', [a, b], (x, y) => tf.where(tf.greater(x, y), tf.square(x), tf.mul(y, 3))),
  op('where, broadcast', [a, spaced([6])], (x, y) => tf.where(tf.greater(x, 0.1), x, y)),
  op('masked fill', [a], (x) => tf.softmax(tf.add(x, tf.mul(asFloat(tf.less(x, 0.4)), -1e4)))),
]
