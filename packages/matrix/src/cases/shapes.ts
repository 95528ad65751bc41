import * as tf from '@tensorflow/tfjs-core'
import { type Case, op } from '../case.ts'

const x = [3, 4, 5]
const picture = [1, 4, 4, 2]
const squared = tf.square
const ids = (...values: number[]) => tf.tensor1d(values, 'int32')

export const shapes: readonly Case[] = [
  op('reshape', [x], (t) => tf.reshape(t, [5, 12])),
  op('expandDims', [x], (t) => tf.expandDims(t, 1)),
  op('squeeze', [[1, 3, 1, 4]], (t) => tf.squeeze(t)),
  op('transpose', [x], (t) => tf.transpose(t)),
  op('transpose by a permutation', [[2, 3, 2, 4]], (t) => tf.transpose(t, [2, 0, 3, 1])),
  op('slice', [x], (t) => tf.slice(t, [1, 0, 2], [2, 3, -1])),
  op('stridedSlice', [x], (t) => tf.stridedSlice(t, [0, 1, 0], [3, 4, 5], [2, 2, 3])),
  op('stridedSlice backwards', [x], (t) => tf.stridedSlice(t, [2, 3, 4], [0, 0, 0], [-1, -2, -3])),
  op('stridedSlice, masks', [x], (t) => tf.stridedSlice(t, [0, 1, 3], [3, 4, 4], [1, 2, 1], 1, 1, 0, 0, 4)),
  op('stridedSlice, ellipsis and a new axis', [x], (t) =>
    tf.stridedSlice(t, [0, 0, 1], [0, 0, 4], [1, 1, 2], 0, 0, 1, 2, 0),
  ),
  op('pad', [x], (t) =>
    tf.pad(
      t,
      [
        [1, 0],
        [0, 2],
        [1, 1],
      ],
      0.5,
    ),
  ),
  op('mirrorPad, reflect', [x], (t) =>
    tf.mirrorPad(
      t,
      [
        [1, 0],
        [2, 3],
        [1, 2],
      ],
      'reflect',
    ),
  ),
  op('mirrorPad, symmetric', [x], (t) =>
    tf.mirrorPad(
      t,
      [
        [1, 0],
        [2, 3],
        [1, 2],
      ],
      'symmetric',
    ),
  ),
  op('mirrorPad of a picture', [picture], (t) =>
    tf.mirrorPad(
      t,
      [
        [0, 0],
        [1, 2],
        [3, 1],
        [0, 0],
      ],
      'reflect',
    ),
  ),
  op('tile', [[2, 3]], (t) => tf.tile(t, [2, 3])),
  op('tile of rank 3', [[2, 1, 3]], (t) => tf.tile(t, [1, 3, 2])),
  op(
    'concat',
    [
      [2, 3],
      [2, 3],
      [1, 3],
    ],
    (a, b, c) => tf.concat([a, b, c], 0),
  ),
  op(
    'concat of channels',
    [
      [1, 3, 3, 2],
      [1, 3, 3, 1],
    ],
    (a, b) => tf.concat([a, b], -1),
  ),
  op('split', [[2, 6]], (t) => {
    const [a, b, c] = tf.split(t, 3, 1)
    return tf.add(tf.mul(a!, b!), tf.square(c!))
  }),
  op('split by sizes', [[2, 6]], (t) => {
    const [a, b] = tf.split(t, [1, 5], 1)
    return tf.mul(a!, b!)
  }),
  op('split, one part used', [[2, 6]], (t) => tf.square(tf.split(t, 3, 1)[1]!)),
  op(
    'stack',
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => tf.stack([a, b], 1),
  ),
  op('unstack', [[3, 4]], (t) => {
    const [a, b, c] = tf.unstack(t)
    return tf.add(tf.mul(a!, b!), c!)
  }),
  op('reverse', [x], (t) => tf.reverse(t, [0, 2])),
  op('gather', [x], (t) => tf.gather(t, ids(2, 0, 2, 2))),
  op('gather along an axis', [x], (t) => tf.gather(t, ids(3, 0, 3), 1)),
  op('gather by a matrix', [x], (t) =>
    tf.gather(
      t,
      tf.tensor2d(
        [
          [1, 0],
          [3, 3],
        ],
        [2, 2],
        'int32',
      ),
      2,
    ),
  ),
  op('gather in batches', [[2, 4, 3]], (t) =>
    tf.gather(
      t,
      tf.tensor2d(
        [
          [1, 3],
          [0, 0],
        ],
        [2, 2],
        'int32',
      ),
      1,
      1,
    ),
  ),
  op('gatherND', [[3, 4]], (t) =>
    tf.gatherND(
      t,
      tf.tensor2d(
        [
          [2, 1],
          [0, 3],
          [2, 1],
        ],
        [3, 2],
        'int32',
      ),
    ),
  ),
  op('gatherND of rows', [[3, 4]], (t) => tf.gatherND(t, tf.tensor2d([[2], [0], [2]], [3, 1], 'int32'))),
  op('scatterND', [[3, 2]], (t) => tf.scatterND(tf.tensor2d([[3], [0], [3]], [3, 1], 'int32'), t, [5, 2])),
  op(
    'tensorScatterUpdate',
    [
      [4, 2],
      [2, 2],
    ],
    (t, u) => tf.tensorScatterUpdate(t, tf.tensor2d([[3], [0]], [2, 1], 'int32'), u),
  ),
  op('sparseToDense', [[3]], (t) =>
    tf.sparseToDense(
      tf.tensor2d(
        [
          [0, 1],
          [1, 0],
          [2, 2],
        ],
        [3, 2],
        'int32',
      ),
      t,
      [3, 4],
      tf.scalar(0.5),
    ),
  ),
  op('sparseSegmentSum', [[4, 2]], (t) => tf.sparse.sparseSegmentSum(t, ids(0, 2, 3, 2), ids(0, 0, 1, 2))),
  op('sparseSegmentMean', [[4, 2]], (t) => tf.sparse.sparseSegmentMean(t, ids(0, 2, 3, 2), ids(0, 0, 1, 2))),
  op('unsortedSegmentSum', [[4, 2]], (t) => tf.unsortedSegmentSum(t, ids(1, 0, 1, 3), 4)),
  op('batchToSpaceND', [[4, 2, 3, 2]], (t) =>
    tf.batchToSpaceND(
      t,
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
  ),
  op('spaceToBatchND', [[1, 3, 5, 2]], (t) =>
    tf.spaceToBatchND(
      t,
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
    ),
  ),
  op('depthToSpace', [[1, 2, 3, 8]], (t) => tf.depthToSpace(t, 2)),
  op('depthToSpace, channels first', [[1, 8, 2, 3]], (t) => tf.depthToSpace(t, 2, 'NCHW')),
  op('broadcastTo', [[3, 1]], (t) => tf.broadcastTo(t, [2, 3, 4])),
  op('square of a scalar', [[]], squared),
  op('frame', [[9]], (t) => tf.signal.frame(t, 4, 2)),
  op('roll', [[5, 2]], (t) => tf.concat([tf.slice(t, [3, 0], [2, 2]), tf.slice(t, [0, 0], [3, 2])], 0)),
]
