import { ExplainError, type NamedTensors } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'

/** Two opposite corners, `[y1, x1, y2, x2]` or `[x1, y1, x2, y2]`: in the order and the units of the model's own boxes. */
export type BoundingBox = readonly [number, number, number, number]

/** What a detector says of each row: n boxes, and for each of them the classes' scores. */
export interface Detections {
  /** `[rows, n, 4]`, corners as in `BoundingBox`. */
  readonly boxes: tf.Tensor
  /** `[rows, n, classes]` */
  readonly scores: tf.Tensor
  /** `[rows, n]`: the probability that there is an object at all, where the model tells. */
  readonly objectness?: tf.Tensor | undefined
}

/**
 * Finds boxes and scores in a model's outputs, by differentiable operations that keep the rows apart. Here also centres and sizes
 * become corners, and a tensor that holds everything is cut.
 */
export type ReadDetections = (outputs: NamedTensors) => Detections

/** The outputs `boxes`, `scores` and, if there is one, `objectness`. */
export const byName: ReadDetections = ({ boxes, scores, objectness }) => {
  if (boxes && scores) return { boxes, scores, objectness }
  throw new ExplainError(
    'unsupported-model',
    "The model has no outputs named 'boxes' and 'scores'.",
    'Give `read: (outputs) => ({ boxes, scores })`.',
  )
}

export function checked({ boxes, scores, objectness }: Detections): Detections {
  const [rows, count, sides] = boxes.shape
  const agree =
    boxes.rank === 3 && sides === 4 && scores.rank === 3 && scores.shape[0] === rows && scores.shape[1] === count
  if (agree && (!objectness || (objectness.rank === 2 && objectness.shape[1] === count)))
    return { boxes, scores, objectness }
  throw new ExplainError(
    'bad-shape',
    `Boxes have shape [${boxes.shape}], their scores [${scores.shape}]${objectness ? `, objectness [${objectness.shape}]` : ''}.`,
    'They must be [rows, n, 4], [rows, n, classes] and [rows, n].',
  )
}

export function checkBox(box: BoundingBox): void {
  const [a, b, c, d] = box
  if (box.length === 4 && c > a && d > b && box.every(Number.isFinite)) return
  throw new ExplainError(
    'bad-option',
    `The box is [${box.join(', ')}].`,
    'Give two corners, the one with the smaller coordinates first.',
  )
}

/** Intersection over union of each box with a given one, `[rows, n]`. */
export function overlap(boxes: tf.Tensor, [a, b, c, d]: BoundingBox): tf.Tensor {
  const [top, left, bottom, right] = tf.unstack(boxes, 2) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const side = (low: tf.Tensor, high: tf.Tensor) => tf.relu(tf.sub(high, low))
  const shared = tf.mul(
    side(tf.maximum(top, a), tf.minimum(bottom, c)),
    side(tf.maximum(left, b), tf.minimum(right, d)),
  )
  const union = tf.sub(tf.add(tf.mul(side(top, bottom), side(left, right)), (c - a) * (d - b)), shared)
  return tf.div(shared, union)
}
