import { ExplainError, type FunctionTarget, type NamedTensors, type NDArray, type Space } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkIndex } from './class-index.ts'

export interface RegionTargetOptions {
  /** The class by its index: the last axis of the output. */
  readonly index: number
  /** Weights of the positions, from 0, of the shape of the output without batch and classes: a mask `[height, width]` of 0 and 1. */
  readonly region: NDArray
  /** The output's name, where the model has several. */
  readonly output?: string | undefined
  /** Of the scores. Default `logit`. */
  readonly space?: Space | undefined
}

/**
 * The mean score of a class over a region of a segmenter's output `[rows, height, width, classes]` (or over any other axes
 * between batch and classes). The region stays the same for every row: a given mask, or `predictedRegion` at the input. With
 * Grad-CAM it is Seg-Grad-CAM, but for the mean in place of the sum, so that regions of different sizes compare.
 *
 * Throws `bad-option` for an empty region, negative weights, or where `output` is needed, `bad-shape` for a region of another
 * shape, and `index-out-of-range`.
 *
 * Vinogradova et al. 2020, "Towards Interpretable Semantic Segmentation via Gradient-weighted Class Activation Mapping",
 * section 3, https://arxiv.org/abs/2002.11434
 */
export function regionTarget({ index, region, output, space }: RegionTargetOptions): FunctionTarget {
  const total = region.data.reduce((sum, weight) => sum + weight, 0)
  if (!(total > 0) || region.data.some((weight) => weight < 0)) {
    throw new ExplainError(
      'bad-option',
      'The region has no position, or negative weights.',
      'Give weights from 0; if the class is predicted nowhere, a region of your own.',
    )
  }
  const size = region.data.filter((weight) => weight > 0).length
  return {
    name: `class ${index} over ${size} positions`,
    space,
    score(outputs) {
      const scores = chosen(outputs, output)
      const sides = scores.shape.slice(1, -1)
      if (sides.join() !== region.shape.join()) {
        throw new ExplainError(
          'bad-shape',
          `The region has shape [${region.shape}], and the output [${scores.shape}].`,
          `Give a region of shape [${sides}].`,
        )
      }
      checkIndex(index, scores.shape.at(-1)!)
      const axes = sides.map((_, i) => i + 1)
      const ofClass = tf.slice(scores, [0, ...axes.map(() => 0), index], [-1, ...axes.map(() => -1), 1])
      const weights = tf.tensor(region.data, [1, ...sides, 1])
      return tf.div(tf.sum(tf.mul(ofClass, weights), [...axes, scores.rank - 1]), total) as tf.Tensor1D
    },
  }
}

function chosen(outputs: NamedTensors, name: string | undefined): tf.Tensor {
  const names = Object.keys(outputs)
  const found = name === undefined && names.length === 1 ? outputs[names[0]!] : outputs[name ?? '']
  if (found) return found
  throw new ExplainError(
    'bad-option',
    `The model has the outputs ${names.join(', ')}${name === undefined ? '' : `, and no '${name}'`}.`,
    'Name one of them as `output`.',
  )
}
