import { fromFunction, type NDArray } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'

/** Boxes that never move, `[y1, x1, y2, x2]`. */
export const boxes = [
  [0, 0, 4, 4],
  [2, 2, 6, 6],
  [8, 8, 10, 10],
]

/** The scores of the boxes: a row of an input `[rows, 6]` is `[3 boxes, 2 classes]`, box 1 twice as steep. */
export const detector = () =>
  fromFunction(
    (x) => ({
      boxes: tf.tile(tf.tensor3d([boxes]), [x.shape[0]!, 1, 1]),
      scores: tf.mul(tf.reshape(x, [-1, 3, 2]), tf.tensor3d([[[1], [2], [1]]])),
    }),
    { inputs: [null, 6], outputs: { boxes: [null, 3, 4], scores: [null, 3, 2] } },
  )

/** A position's two scores are its value and the square of it. */
export const segmenter = () =>
  fromFunction((x) => tf.stack([x, tf.square(x)], 3), { inputs: [null, 2, 3], outputs: [null, 2, 3, 2] })

export const examples = (shape: readonly number[]): NDArray => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => ((i * 7) % 11) / 4 - 1),
})
