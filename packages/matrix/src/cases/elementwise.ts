import * as tf from '@tensorflow/tfjs-core'
import { type AnyTensor, type Case, op, spaced } from '../case.ts'

const shape = [2, 6]

/** Of one variable, with the interval that the numbers are from. */
const unary: readonly [(x: AnyTensor) => tf.Tensor, string, number, number][] = [
  [tf.abs, 'abs', -2, 2],
  [tf.acos, 'acos', -0.9, 0.9],
  [tf.acosh, 'acosh', 1.2, 4],
  [tf.asin, 'asin', -0.9, 0.9],
  [tf.asinh, 'asinh', -2, 2],
  [tf.atan, 'atan', -2, 2],
  [tf.atanh, 'atanh', -0.9, 0.9],
  [tf.ceil, 'ceil', -2.3, 2.4],
  [(x) => tf.clipByValue(x, -0.6, 0.9), 'clipByValue', -2, 2],
  [(x) => tf.clone(x), 'clone', -2, 2],
  [tf.cos, 'cos', -2, 2],
  [tf.cosh, 'cosh', -2, 2],
  [tf.erf, 'erf', -2, 2],
  [tf.exp, 'exp', -2, 2],
  [tf.expm1, 'expm1', -2, 2],
  [tf.floor, 'floor', -2.3, 2.4],
  [tf.log, 'log', 0.2, 4],
  [tf.log1p, 'log1p', -0.8, 4],
  [tf.neg, 'neg', -2, 2],
  [(x) => tf.mul(tf.onesLike(x), x), 'onesLike', -2, 2],
  [tf.reciprocal, 'reciprocal', 0.4, 3],
  [tf.reciprocal, 'reciprocal of negative numbers', -3, -0.4],
  [tf.round, 'round', -2.3, 2.4],
  [tf.rsqrt, 'rsqrt', 0.3, 4],
  [tf.sign, 'sign', -2, 2],
  [tf.sin, 'sin', -2, 2],
  [tf.sinh, 'sinh', -2, 2],
  [tf.sqrt, 'sqrt', 0.3, 4],
  [tf.square, 'square', -2, 2],
  [(x) => tf.step(x, 0.3), 'step', -2, 2],
  [tf.tan, 'tan', -1.2, 1.2],
  [tf.tanh, 'tanh', -2, 2],
  [(x) => tf.add(tf.zerosLike(x), x), 'zerosLike', -2, 2],
  [(x) => tf.add(tf.cast(tf.cast(x, 'int32'), 'float32'), tf.cast(x, 'float32')), 'cast', -2.3, 2.4],
]

const binary: readonly [
  (a: AnyTensor, b: AnyTensor) => tf.Tensor,
  string,
  (readonly [number, number])?,
  (readonly [number, number])?,
][] = [
  [tf.add, 'add'],
  [tf.atan2, 'atan2'],
  [tf.div, 'div', [-2, 2], [0.5, 2]],
  [tf.divNoNan, 'divNoNan', [-2, 2], [0.5, 2]],
  [tf.floorDiv, 'floorDiv', [-2.1, 2.2], [0.5, 2]],
  [tf.maximum, 'maximum'],
  [tf.minimum, 'minimum'],
  [tf.mod, 'mod', [0.1, 2.2], [0.5, 1.9]],
  [tf.mod, 'mod of negative numbers', [-2.1, 2.2], [0.5, 1.9]],
  [tf.mul, 'mul'],
  [tf.pow, 'pow', [0.3, 2], [-2, 2]],
  [tf.squaredDifference, 'squaredDifference'],
  [tf.sub, 'sub'],
]

const shapes: readonly [string, number[], number[]][] = [
  ['', [2, 3, 2], [2, 3, 2]],
  [', broadcast', [2, 3, 2], [3, 1]],
  [', both broadcast', [3, 1], [1, 1, 4]],
]

export const elementwise: readonly Case[] = [
  ...unary.map(([f, name, low, high]) => op(name, [spaced(shape, low, high)], f)),
  ...binary.flatMap(([f, name, rangeA = [-2, 2.2], rangeB = [-1.7, 1.9]]) =>
    shapes.map(([how, a, b]) => op(name + how, [spaced(a, ...rangeA, 1), spaced(b, ...rangeB, 2)], f)),
  ),
  op('pow with a whole exponent', [spaced(shape, -2, 2)], (x) => tf.pow(x, 3)),
  op('pow with half an exponent', [spaced(shape, 0.3, 2)], (x) => tf.pow(x, 0.5)),
  op('addN', [shape, shape, shape], (a, b, c) => tf.addN([a, b, c])),
  op('of a scalar', [[], [3]], (a, b) => tf.mul(tf.add(a, b), a)),
]
