import type { FunctionTarget } from '@explainnet/core'
import { ExplainError } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import { type BoundingBox, byName, checkBox, checked, overlap, type ReadDetections } from './detections.ts'

export interface DetectionTargetOptions {
  /** Where the detection is, in the units and the order of the model's boxes. */
  readonly box: BoundingBox
  /** What the detector gives it, a number a class. */
  readonly probabilities: ArrayLike<number>
  /** Default: the outputs named `boxes`, `scores` and, if there is one, `objectness`. */
  readonly read?: ReadDetections | undefined
}

/**
 * How well a detection is found again: the largest similarity of any box to it, IoU · cosine of the class probabilities ·
 * objectness (left out where the model has none), 0 … 1. With `rise()` it is D-RISE, which needs predictions only; it is
 * differentiable, too. Made of probabilities.
 *
 * Throws `bad-option` for a box without area or probabilities that are all 0, `bad-shape`, and `unsupported-model` if there are
 * no outputs of the default names.
 *
 * Petsiuk et al. 2021, "Black-box Explanation of Object Detectors via Saliency Maps", equations 2 to 5,
 * https://arxiv.org/abs/2006.03204
 */
export function detectionTarget({ box, probabilities, read = byName }: DetectionTargetOptions): FunctionTarget {
  checkBox(box)
  const wanted = Float32Array.from(probabilities)
  const length = Math.hypot(...wanted)
  if (!(length > 0)) {
    throw new ExplainError(
      'bad-option',
      'The probabilities of the detection are all 0, or none.',
      'Give those that the detector gives its box.',
    )
  }
  return {
    name: `detection at box [${box.join(', ')}]`,
    space: 'probability',
    score(outputs) {
      const { boxes, scores, objectness } = checked(read(outputs))
      if (scores.shape[2] !== wanted.length) {
        throw new ExplainError(
          'bad-shape',
          `The detection has ${wanted.length} probabilities, and the model ${scores.shape[2]} classes.`,
          'Give one for each class.',
        )
      }
      const products = tf.sum(tf.mul(scores, tf.tensor1d(wanted.map((value) => value / length))), 2)
      // A box without any class is like no detection, and no division by 0.
      const lengths = tf.sqrt(tf.add(tf.sum(tf.square(scores), 2), smallest))
      const similarity = tf.mul(overlap(boxes, box), tf.div(products, lengths))
      return tf.max(objectness ? tf.mul(similarity, objectness) : similarity, 1) as tf.Tensor1D
    },
  }
}

const smallest = 1e-12
