import * as tf from '@tensorflow/tfjs-core'
import { type Case, op, spaced } from '../case.ts'

const x = spaced([2, 4, 3, 2], -1, 1, 1)
const turn = () => tf.tensor2d([0.9, 0.2, 0.37, -0.1, 1.1, 0.2, 0.01, 0.02], [1, 8])
const boxes = () => tf.tensor2d([0.1, 0.05, 0.8, 0.9, -0.2, 0.3, 0.7, 1.2], [2, 4])
const owners = () => tf.tensor1d([1, 0], 'int32')

export const images: readonly Case[] = [
  op('resizeBilinear, larger', [x], (t) => tf.image.resizeBilinear(t, [7, 8])),
  op('resizeBilinear, smaller', [x], (t) => tf.image.resizeBilinear(t, [2, 2])),
  op('resizeBilinear, aligned corners', [x], (t) => tf.image.resizeBilinear(t, [7, 5], true)),
  op('resizeBilinear, half-pixel centres', [x], (t) => tf.image.resizeBilinear(t, [7, 5], false, true)),
  op('resizeNearestNeighbor, twice', [x], (t) => tf.image.resizeNearestNeighbor(t, [8, 6])),
  op('resizeNearestNeighbor, smaller', [x], (t) => tf.image.resizeNearestNeighbor(t, [3, 2])),
  op('resizeNearestNeighbor, aligned corners', [x], (t) => tf.image.resizeNearestNeighbor(t, [6, 7], true)),
  op('resizeNearestNeighbor, half-pixel centres', [x], (t) => tf.image.resizeNearestNeighbor(t, [6, 7], false, true)),
  op('cropAndResize', [x], (t) => tf.image.cropAndResize(t, boxes(), owners(), [3, 4], 'bilinear', 0.3)),
  op('cropAndResize, nearest', [x], (t) => tf.image.cropAndResize(t, boxes(), owners(), [3, 4], 'nearest')),
  op('cropAndResize to one pixel', [x], (t) => tf.image.cropAndResize(t, boxes(), owners(), [1, 1])),
  op('flipLeftRight', [x], (t) => tf.image.flipLeftRight(t)),
  op('rotateWithOffset', [x], (t) => tf.image.rotateWithOffset(t, 0.4, 0.2)),
  op('transform, nearest', [x], (t) => tf.image.transform(t, tf.tile(turn(), [2, 1]), 'nearest', 'constant', 0.1)),
  op('transform, bilinear', [x], (t) => tf.image.transform(t, tf.tile(turn(), [2, 1]), 'bilinear', 'constant', 0.1)),
  op('grayscaleToRGB', [[2, 3, 3, 1]], (t) => tf.image.grayscaleToRGB(t)),
  op('rgbToGrayscale', [[2, 3, 3, 3]], (t) => tf.image.rgbToGrayscale(t)),
]
