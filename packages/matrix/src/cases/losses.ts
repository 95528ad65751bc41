import * as tf from '@tensorflow/tfjs-core'
import { type Case, given, op, spaced } from '../case.ts'

const labels = () => tf.tensor2d([0, 1, 0, 1, 0, 0], [2, 3])
const logits = spaced([2, 3], -2, 2)
const shares = spaced([2, 3], 0.1, 0.9)

export const losses: readonly Case[] = [
  op('softmaxCrossEntropy', [logits], (x) => tf.losses.softmaxCrossEntropy(labels(), x)),
  op('sigmoidCrossEntropy', [logits], (x) => tf.losses.sigmoidCrossEntropy(labels(), x)),
  op('meanSquaredError', [logits], (x) => tf.losses.meanSquaredError(labels(), x)),
  op('absoluteDifference', [logits], (x) => tf.losses.absoluteDifference(labels(), x)),
  op('huberLoss', [logits], (x) => tf.losses.huberLoss(labels(), x)),
  op('hingeLoss', [logits], (x) => tf.losses.hingeLoss(labels(), x)),
  op('logLoss', [shares], (x) => tf.losses.logLoss(labels(), x)),
  op('cosineDistance', [logits], (x) => tf.losses.cosineDistance(labels(), x, 1)),
  op('score of one class', [given([1, 4], [0.3, -0.2, 1.1, 0.4])], (x) =>
    tf.sum(tf.mul(tf.logSoftmax(x), tf.oneHot(tf.tensor1d([2], 'int32'), 4))),
  ),
]
