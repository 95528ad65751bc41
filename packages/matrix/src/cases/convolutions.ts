import * as tf from '@tensorflow/tfjs-core'
import { type Case, op, spaced } from '../case.ts'

const x = spaced([2, 6, 5, 2], -1, 1, 1)
const w = spaced([3, 3, 2, 3], -1, 1, 2)
const d = spaced([3, 3, 2, 2], -1, 1, 3)
const volume = spaced([1, 4, 4, 5, 2], -1, 1, 4)
const cube = spaced([2, 2, 2, 2, 2], -1, 1, 5)
const signal = spaced([2, 7, 2], -1, 1, 6)
const taps = spaced([3, 2, 3], -1, 1, 7)
const pads: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
]

export const convolutions: readonly Case[] = [
  op('conv2d, valid', [x, w], (a, b) => tf.conv2d(a, b, 1, 'valid')),
  op('conv2d, same', [x, w], (a, b) => tf.conv2d(a, b, 1, 'same')),
  op('conv2d, stride 2, valid', [x, w], (a, b) => tf.conv2d(a, b, 2, 'valid')),
  op('conv2d, stride 2, same', [x, w], (a, b) => tf.conv2d(a, b, 2, 'same')),
  op('conv2d, stride 2 × 1', [x, w], (a, b) => tf.conv2d(a, b, [2, 1], 'same')),
  op('conv2d, stride 3 beyond the filter', [x, [2, 2, 2, 3]], (a, b) => tf.conv2d(a, b, 3, 'valid')),
  op('conv2d, 1 × 1', [x, [1, 1, 2, 3]], (a, b) => tf.conv2d(a, b, 1, 'same')),
  op('conv2d, 1 × 1, stride 2', [x, [1, 1, 2, 3]], (a, b) => tf.conv2d(a, b, 2, 'same')),
  op('conv2d, 1 × 3', [x, [1, 3, 2, 3]], (a, b) => tf.conv2d(a, b, 1, 'same')),
  op('conv2d, even filter, same', [x, [2, 4, 2, 2]], (a, b) => tf.conv2d(a, b, 1, 'same')),
  op('conv2d, filter as large as the picture', [x, [6, 5, 2, 2]], (a, b) => tf.conv2d(a, b, 1, 'valid')),
  op('conv2d, dilation 2, valid', [x, w], (a, b) => tf.conv2d(a, b, 1, 'valid', 'NHWC', 2)),
  op('conv2d, dilation 2, same', [x, w], (a, b) => tf.conv2d(a, b, 1, 'same', 'NHWC', 2)),
  op('conv2d, dilation 1 × 2', [x, w], (a, b) => tf.conv2d(a, b, 1, 'same', 'NHWC', [1, 2])),
  op('conv2d, dilation 3 beyond the picture', [x, w], (a, b) => tf.conv2d(a, b, 1, 'same', 'NHWC', 3)),
  op('conv2d, padding 1', [x, w], (a, b) => tf.conv2d(a, b, 2, 1)),
  op('conv2d, padding by sides', [x, w], (a, b) => tf.conv2d(a, b, 1, pads)),
  op('conv2d, rounded up', [x, w], (a, b) => tf.conv2d(a, b, 2, 0, 'NHWC', 1, 'ceil')),
  op('conv2d of one picture', [[6, 5, 2], w], (a, b) => tf.conv2d(a, b, 1, 'same')),
  op('conv2d, channels first', [[2, 2, 6, 5], w], (a, b) => tf.conv2d(a, b, 1, 'same', 'NCHW')),
  op(
    'conv2d of eight channels',
    [
      [1, 5, 5, 8],
      [3, 3, 8, 8],
    ],
    (a, b) => tf.conv2d(a, b, 1, 'same'),
  ),
  op('conv1d, valid', [signal, taps], (a, b) => tf.conv1d(a, b, 1, 'valid')),
  op('conv1d, stride 2, same', [signal, taps], (a, b) => tf.conv1d(a, b, 2, 'same')),
  op('conv1d, dilation 2', [signal, taps], (a, b) => tf.conv1d(a, b, 1, 'same', 'NWC', 2)),
  op('conv3d, valid', [volume, cube], (a, b) => tf.conv3d(a, b, 1, 'valid')),
  op('conv3d, same', [volume, cube], (a, b) => tf.conv3d(a, b, 1, 'same')),
  op('conv3d, stride 2, same', [volume, cube], (a, b) => tf.conv3d(a, b, 2, 'same')),
  op('conv3d, dilation 2', [volume, cube], (a, b) => tf.conv3d(a, b, 1, 'same', 'NDHWC', 2)),
  op('depthwiseConv2d, valid', [x, d], (a, b) => tf.depthwiseConv2d(a, b, 1, 'valid')),
  op('depthwiseConv2d, same', [x, [3, 3, 2, 1]], (a, b) => tf.depthwiseConv2d(a, b, 1, 'same')),
  op('depthwiseConv2d, multiplier 2', [x, d], (a, b) => tf.depthwiseConv2d(a, b, 1, 'same')),
  op('depthwiseConv2d, stride 2, same', [x, d], (a, b) => tf.depthwiseConv2d(a, b, 2, 'same')),
  op('depthwiseConv2d, stride 2, valid', [x, d], (a, b) => tf.depthwiseConv2d(a, b, 2, 'valid')),
  op('depthwiseConv2d, dilation 2', [x, d], (a, b) => tf.depthwiseConv2d(a, b, 1, 'same', 'NHWC', 2)),
  op('depthwiseConv2d, padding by sides', [x, d], (a, b) => tf.depthwiseConv2d(a, b, 1, pads)),
  op(
    'depthwiseConv2d of four channels',
    [
      [1, 6, 6, 4],
      [5, 5, 4, 1],
    ],
    (a, b) => tf.depthwiseConv2d(a, b, 1, 'same'),
  ),
  op('separableConv2d', [x, d, [1, 1, 4, 3]], (a, b, c) => tf.separableConv2d(a, b, c, 1, 'same')),
  op('separableConv2d, dilation 2', [x, d, [1, 1, 4, 3]], (a, b, c) => tf.separableConv2d(a, b, c, 1, 'same', 2)),
  op('conv2dTranspose, valid', [[1, 3, 4, 3], w], (a, b) => tf.conv2dTranspose(a, b, [1, 5, 6, 2], 1, 'valid')),
  op('conv2dTranspose, stride 2, same', [[1, 3, 4, 3], w], (a, b) => tf.conv2dTranspose(a, b, [1, 6, 8, 2], 2, 'same')),
  op(
    'conv2dTranspose, stride 2, even filter',
    [
      [1, 3, 4, 3],
      [2, 2, 2, 3],
    ],
    (a, b) => tf.conv2dTranspose(a, b, [1, 6, 8, 2], 2, 'valid'),
  ),
  op('conv3dTranspose, stride 2', [[1, 2, 2, 3, 2], cube], (a, b) =>
    tf.conv3dTranspose(a, b, [1, 4, 4, 6, 2], 2, 'same'),
  ),
  op('dilation2d, valid', [x, spaced([2, 2, 2], -0.5, 0.4321)], (a, b) => tf.dilation2d(a, b, 1, 'valid')),
  op(
    'dilation2d, same, of negative numbers',
    [spaced([1, 5, 4, 2], -3, -0.5), spaced([3, 3, 2], -0.5, 0.4321)],
    (a, b) => tf.dilation2d(a, b, 1, 'same'),
  ),
  op('dilation2d, stride 2', [x, spaced([2, 3, 2], -0.5, 0.4321)], (a, b) => tf.dilation2d(a, b, 2, 'same')),
  op('dilation2d, dilation 2', [x, spaced([2, 2, 2], -0.5, 0.4321)], (a, b) => tf.dilation2d(a, b, 1, 'valid', [2, 2])),
]
