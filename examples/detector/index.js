import { writeFile } from 'node:fs/promises'
import { explain, fromFunction } from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { useBackend } from '@explainnet/node'
import { rise } from '@explainnet/rise'
import { boxTarget, detectionTarget } from '@explainnet/targets'
import { encodePng, normalise, overlay } from '@explainnet/viz'
import * as tf from '@tensorflow/tfjs-core'

await useBackend('wasm')

const [side, stride, size] = [48, 4, 16]
const cells = (side - size) / stride + 1
const labels = ['red', 'blue']

/** Boxes of 16×16 every 4 pixels; the score of a class is how much of its colour there is in the box, and how little beside it. */
const detector = fromFunction(
  (images) => {
    const rows = images.shape[0]
    const colours = tf.tensor4d([4, -4, -2, -2, -4, 4], [1, 1, 3, 2])
    const found = tf.relu(tf.conv2d(images, colours, 1, 'same'))
    const inside = tf.avgPool(found, size, stride, 'valid')
    const around = tf.avgPool(found, 3 * size, stride, 'same')
    const middle = tf.slice(around, [0, size / 2 / stride, size / 2 / stride, 0], [-1, cells, cells, -1])
    const scores = tf.sub(tf.mul(inside, 4), tf.add(middle, 4))
    const corners = Array.from({ length: cells ** 2 }, (_, i) => {
      const [y, x] = [Math.floor(i / cells) * stride, (i % cells) * stride]
      return [y, x, y + size, x + size]
    })
    return {
      boxes: tf.tile(tf.tensor3d([corners]), [rows, 1, 1]),
      scores: tf.reshape(scores, [rows, -1, 2]),
    }
  },
  {
    inputs: [null, side, side, 3],
    outputs: { boxes: [null, cells ** 2, 4], scores: [null, cells ** 2, 2] },
  },
)

/** A red square and a blue one on grey. */
const objects = [
  { index: 0, box: [4, 4, 20, 20] },
  { index: 1, box: [24, 28, 40, 44] },
]
const within = ([top, left, bottom, right], y, x) => y >= top && y < bottom && x >= left && x < right
const pixels = Array.from({ length: side * side }, (_, i) => {
  const object = objects.find(({ box }) => within(box, Math.floor(i / side), i % side))
  return object ? (object.index === 0 ? [0.9, 0.2, 0.2] : [0.2, 0.2, 0.9]) : [0.5, 0.5, 0.5]
})
const image = { shape: [1, side, side, 3], data: Float32Array.from(pixels.flat()) }

/** The share of the positive relevance that lies in a box. */
function shareIn(box, { values, shape }) {
  const channels = shape[3] ?? 1
  const sums = { inside: 0, all: 0 }
  values.forEach((value, i) => {
    const position = Math.floor(i / channels)
    const positive = Math.max(0, value)
    sums.all += positive
    if (within(box, Math.floor(position / side), position % side)) sums.inside += positive
  })
  return sums.inside / sums.all
}

for (const { index, box } of objects) {
  // What the detector says: the box in which the class scores highest.
  const { boxes, scores } = await detector.predict({ input: image }, { space: 'logit' })
  const best = Array.from({ length: cells ** 2 }, (_, i) => i).reduce((a, b) =>
    scores.data[b * 2 + index] > scores.data[a * 2 + index] ? b : a,
  )
  const detection = {
    box: Array.from(boxes.data.subarray(best * 4, best * 4 + 4)),
    probabilities: scores.data.slice(best * 2, best * 2 + 2).map((logit) => 1 / (1 + Math.exp(-logit))),
  }

  const gradients = await explain(detector, image, integratedGradients({ steps: 20, baseline: { value: 0.5 } }), {
    target: boxTarget({ box: detection.box, index }),
  })
  const blackBox = await explain(detector, image, rise({ masks: 2000, cells: 8, baseline: { value: 0.5 } }), {
    target: detectionTarget({ ...detection, read: ({ boxes, scores }) => ({ boxes, scores: tf.sigmoid(scores) }) }),
  })
  for (const [name, map] of [
    ['integrated gradients', gradients],
    ['D-RISE', blackBox],
  ]) {
    const share = shareIn(box, map)
    console.log(
      `The ${labels[index]} square at [${detection.box}], ${name}: ${Math.round(100 * share)} % of the relevance on it`,
    )
    // A ninth of the picture: chance is 11 %.
    if (share < 0.4) process.exitCode = 1
  }

  const raw = {
    width: side,
    height: side,
    channels: 3,
    data: Uint8ClampedArray.from(image.data, (value) => 255 * value),
  }
  await writeFile(`${labels[index]}.png`, encodePng(overlay(raw, normalise(blackBox.maps.input))))
}
