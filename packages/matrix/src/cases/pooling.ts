import * as tf from '@tensorflow/tfjs-core'
import { type Case, given, op, spaced } from '../case.ts'

const x = spaced([2, 6, 5, 2], -1, 1, 1)
const volume = spaced([1, 4, 4, 5, 2], -1, 1, 2)
const negative = spaced([1, 5, 5, 2], -3, -1, 3)
const negativeVolume = spaced([1, 4, 4, 4, 1], -3, -1, 4)
const pads: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
]

/** Each output's weight goes to one input: the first maximum of its window in row-major order, as on cpu and in PyTorch. */
const toWinners = (size: number, winners: readonly number[]) => (weights: Float64Array) => {
  const gradient = new Array<number>(size).fill(0)
  for (const [i, winner] of winners.entries()) gradient[winner]! += weights[i]!
  return [gradient]
}

/** Windows of 2 × 2: all equal, two equal, the last two equal, none. */
const tied = given([1, 4, 4, 1], [1, 1, 3, 5, 1, 1, 5, 2, 0, 2, 7, 6, 4, 4, 5, 4])
const tiedWinners = [0, 3, 12, 10]
const zeros = given([1, 4, 4, 1], new Array(16).fill(0))
/** Of the only window with a number above zero that number is the maximum. */
const afterRelu = given([1, 4, 4, 1], [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])

export const pooling: readonly Case[] = [
  op('maxPool', [x], (t) => tf.maxPool(t, 2, 2, 'valid')),
  op('maxPool, same', [x], (t) => tf.maxPool(t, 2, 2, 'same')),
  op('maxPool 3 × 3, stride 2, same', [x], (t) => tf.maxPool(t, 3, 2, 'same')),
  op('maxPool 3 × 3, stride 1', [x], (t) => tf.maxPool(t, 3, 1, 'valid')),
  op('maxPool 2 × 3', [x], (t) => tf.maxPool(t, [2, 3], [2, 1], 'valid')),
  op('maxPool, padding 1', [x], (t) => tf.maxPool(t, 3, 2, 1)),
  op('maxPool, padding by sides', [x], (t) => tf.maxPool(t, 3, 1, pads)),
  op('maxPool of negative numbers', [negative], (t) => tf.maxPool(t, 2, 2, 'valid')),
  op('maxPool of negative numbers, same', [negative], (t) => tf.maxPool(t, 3, 2, 'same')),
  op('maxPool of ties', [tied], (t) => tf.maxPool(t, 2, 2, 'valid'), toWinners(16, tiedWinners)),
  op('maxPool of zeros', [zeros], (t) => tf.maxPool(t, 2, 2, 'valid'), toWinners(16, [0, 2, 8, 10])),
  op('maxPool of zeros, same', [zeros], (t) => tf.maxPool(t, 3, 2, 'same'), toWinners(16, [0, 2, 8, 10])),
  op('maxPool after relu', [afterRelu], (t) => tf.maxPool(t, 2, 2, 'valid'), toWinners(16, [5, 2, 8, 15])),
  op('maxPool of one picture', [[6, 5, 2]], (t) => tf.maxPool(t, 2, 2, 'valid')),
  op('maxPoolWithArgmax', [x], (t) => tf.maxPoolWithArgmax(t, 2, 2, 'valid')['result']!),
  op('pool, dilation 2', [x], (t) => tf.pool(t, 2, 'max', 'valid', 2, 1)),
  op('pool, average, dilation 2', [x], (t) => tf.pool(t, 2, 'avg', 'valid', 2, 1)),
  op('maxPool, rounded up', [x], (t) => tf.maxPool(t, 3, 2, 0, 'ceil')),
  op('avgPool, rounded up', [x], (t) => tf.avgPool(t, 3, 2, 0, 'ceil')),
  op('avgPool', [x], (t) => tf.avgPool(t, 2, 2, 'valid')),
  op('avgPool, same', [x], (t) => tf.avgPool(t, 2, 2, 'same')),
  op('avgPool 3 × 3, stride 1, same', [x], (t) => tf.avgPool(t, 3, 1, 'same')),
  op('avgPool 3 × 3, stride 2, same', [x], (t) => tf.avgPool(t, 3, 2, 'same')),
  op('avgPool 2 × 3', [x], (t) => tf.avgPool(t, [2, 3], [2, 1], 'valid')),
  op('avgPool, padding 1', [x], (t) => tf.avgPool(t, 3, 2, 1)),
  op('avgPool of the whole picture', [x], (t) => tf.avgPool(t, [6, 5], 1, 'valid')),
  op('maxPool3d', [volume], (t) => tf.maxPool3d(t, 2, 2, 'valid')),
  op('maxPool3d 3 × 3 × 3, stride 2, same', [volume], (t) => tf.maxPool3d(t, 3, 2, 'same')),
  op('maxPool3d of negative numbers', [negativeVolume], (t) => tf.maxPool3d(t, 2, 2, 'valid')),
  op('maxPool3d of negative numbers, same', [negativeVolume], (t) => tf.maxPool3d(t, 3, 2, 'same')),
  op(
    'maxPool3d of zeros',
    [given([1, 2, 2, 4, 1], new Array(16).fill(0))],
    (t) => tf.maxPool3d(t, 2, 2, 'valid'),
    toWinners(16, [0, 2]),
  ),
  op('avgPool3d', [volume], (t) => tf.avgPool3d(t, 2, 2, 'valid')),
  op('avgPool3d 3 × 3 × 3, stride 2, same', [volume], (t) => tf.avgPool3d(t, 3, 2, 'same')),
  op('avgPool3d 3 × 3 × 3, stride 1, same', [volume], (t) => tf.avgPool3d(t, 3, 1, 'same')),
  op(
    'max of ties',
    [given([2, 3], [1, 2, 2, 3, 0, 3])],
    (t) => tf.max(t, 1),
    // Shared, as in TensorFlow and in PyTorch's amax: the slope of raising all tied numbers together is one.
    ([a, b]) => [[0, a! / 2, a! / 2, b! / 2, 0, b! / 2]],
  ),
]
