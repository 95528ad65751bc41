import type { FunctionTarget, Space } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkIndex } from './class-index.ts'
import { type BoundingBox, byName, checkBox, checked, overlap, type ReadDetections } from './detections.ts'

export interface BoxTargetOptions {
  /** Where the object is, in the units and the order of the model's boxes. */
  readonly box: BoundingBox
  /** The class by its index. */
  readonly index: number
  /** Default: the outputs named `boxes` and `scores`. */
  readonly read?: ReadDetections | undefined
  /** Of the scores. Default `logit`. */
  readonly space?: Space | undefined
}

/**
 * The score of a class in the box that overlaps a given one most: what a detector says of one object. The box is chosen anew for
 * each row, by intersection over union; where none overlaps, the one whose centre is nearest. Gradients are those of
 * the chosen box's score: the choice has none, nor have the coordinates.
 *
 * Throws `bad-option` for a box without area, `index-out-of-range`, `bad-shape`, and `unsupported-model` if there are no
 * outputs of the default names.
 */
export function boxTarget({ box, index, read = byName, space }: BoxTargetOptions): FunctionTarget {
  checkBox(box)
  return {
    name: `class ${index} at box [${box.join(', ')}]`,
    space,
    score(outputs) {
      const { boxes, scores } = checked(read(outputs))
      const [, count, classes] = scores.shape as [number, number, number]
      checkIndex(index, classes)
      const chosen = tf.cast(tf.oneHot(tf.cast(tf.argMax(nearness(boxes, box), 1), 'int32'), count), 'float32')
      const ofClass = tf.squeeze(tf.slice(scores, [0, 0, index], [-1, -1, 1]), [2])
      return tf.sum(tf.mul(chosen, ofClass), 1) as tf.Tensor1D
    },
  }
}

/** Less than any overlap that matters. */
const tieBreak = 1e-6

/** The overlap, and among boxes that overlap alike the nearness of the centres. */
function nearness(boxes: tf.Tensor, box: BoundingBox): tf.Tensor {
  const [a, b, c, d] = box
  const corners = tf.slice(boxes, [0, 0, 0], [-1, -1, 2])
  const opposite = tf.slice(boxes, [0, 0, 2], [-1, -1, 2])
  const centres = tf.div(tf.add(corners, opposite), 2)
  const apart = tf.div(tf.sub(centres, tf.tensor1d([(a + c) / 2, (b + d) / 2])), tf.tensor1d([c - a, d - b]))
  const distance = tf.sum(tf.square(apart), 2)
  return tf.sub(overlap(boxes, box), tf.mul(tieBreak, tf.div(distance, tf.add(distance, 1))))
}
