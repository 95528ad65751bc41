import * as tf from '@tensorflow/tfjs-core'
import { type Case, given, op, spaced } from '../case.ts'

const a = spaced([3, 4], -1, 1, 1)
const b = spaced([4, 2], -1, 1, 2)
const regular = given([3, 3], [2, 0.3, -0.5, 0.4, 1.7, 0.6, -0.3, 0.2, 1.4])
const equations: readonly [string, ...number[][]][] = [
  ['ij,jk->ik', [2, 3], [3, 4]],
  ['bij,bjk->bik', [2, 2, 3], [2, 3, 2]],
  ['bhqd,bhkd->bhqk', [1, 2, 3, 2], [1, 2, 2, 2]],
  ['abc,cd->abd', [2, 2, 3], [3, 2]],
  ['abc,cde->abde', [2, 2, 3], [3, 2, 2]],
  ['abcd,cde->abe', [1, 2, 2, 3], [2, 3, 2]],
  ['i,j->ij', [3], [4]],
  ['i,i->', [5], [5]],
  ['ij->ji', [2, 3]],
  ['ij->j', [2, 3]],
]

export const matrices: readonly Case[] = [
  op('matMul', [a, b], (x, y) => tf.matMul(x, y)),
  op('matMul, first transposed', [[4, 3], b], (x, y) => tf.matMul(x, y, true)),
  op('matMul, second transposed', [a, [2, 4]], (x, y) => tf.matMul(x, y, false, true)),
  op(
    'matMul, both transposed',
    [
      [4, 3],
      [2, 4],
    ],
    (x, y) => tf.matMul(x, y, true, true),
  ),
  op(
    'matMul of batches',
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
    (x, y) => tf.matMul(x, y),
  ),
  op(
    'matMul of batches, first transposed',
    [
      [2, 4, 3],
      [2, 4, 2],
    ],
    (x, y) => tf.matMul(x, y, true),
  ),
  op(
    'matMul of batches, second transposed',
    [
      [2, 3, 4],
      [2, 2, 4],
    ],
    (x, y) => tf.matMul(x, y, false, true),
  ),
  op(
    'matMul, first broadcast',
    [
      [1, 3, 4],
      [2, 4, 2],
    ],
    (x, y) => tf.matMul(x, y),
  ),
  op(
    'matMul, second broadcast',
    [
      [2, 3, 4],
      [1, 4, 2],
    ],
    (x, y) => tf.matMul(x, y),
  ),
  op(
    'matMul of rank 4',
    [
      [2, 2, 3, 2],
      [2, 2, 2, 3],
    ],
    (x, y) => tf.matMul(x, y),
  ),
  op(
    'matMul by a matrix of lower rank',
    [
      [2, 3, 4],
      [4, 2],
    ],
    (x, y) => tf.matMul(x, y),
  ),
  op('dot of vectors', [[5], [5]], (x, y) => tf.dot(x, y)),
  op('dot of a matrix and a vector', [[3, 5], [5]], (x, y) => tf.dot(x, y)),
  op('outerProduct', [[3], [4]], (x, y) => tf.outerProduct(x, y)),
  ...equations.map(([equation, ...shapes]) =>
    op(`einsum ${equation}`, shapes, (...operands) => tf.einsum(equation, ...operands)),
  ),
  op('bandPart', [[2, 4, 4]], (x) => tf.linalg.bandPart(x, 1, 2)),
  op('diag', [[4]], (x) => tf.diag(x)),
  op('qr', [regular], (x) => tf.matMul(...(tf.linalg.qr(x) as [tf.Tensor, tf.Tensor]), true)),
  op('gramSchmidt', [regular], (x) => tf.linalg.gramSchmidt(x) as tf.Tensor),
]
