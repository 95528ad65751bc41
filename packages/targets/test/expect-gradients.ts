import { explain, type FunctionTarget, fromFunction } from '@explainnet/core'
import { saliency } from '@explainnet/saliency'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { boxTarget, detectionTarget, regionTarget } from '../src/index.ts'
import { detector, examples, segmenter } from './models.ts'

const gradients = async (model: ReturnType<typeof detector>, shape: number[], target: FunctionTarget) => {
  const before = tf.memory().numTensors
  const { values } = await explain(model, examples(shape), saliency(), { target })
  expect(tf.memory().numTensors).toBe(before)
  return [...values]
}

/** On the current backend, the gradients of all targets against closed forms. */
export async function expectGradients(): Promise<void> {
  const box = boxTarget({ box: [2, 2, 7, 7], index: 1 })
  expect(await gradients(detector(), [3, 6], box)).toEqual([0, 1, 2].flatMap(() => [0, 0, 0, 2, 0, 0]))

  const region = { shape: [2, 3], data: Float32Array.of(1, 0, 0, 0, 3, 0) }
  const { data } = examples([3, 2, 3])
  const wanted = Array.from(data, (x, i) => 2 * x * (region.data[i % 6]! / 4))
  const found = await gradients(segmenter(), [3, 2, 3], regionTarget({ index: 1, region }))
  wanted.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 5)
  })

  // One box [0, 0, 2, 2 + x] of class 0: its overlap with [0, 0, 2, 4] is (2 + x) / 4.
  const stretching = fromFunction(
    (x) => ({
      boxes: tf.stack([tf.zerosLike(x), tf.zerosLike(x), tf.fill(x.shape, 2), tf.add(x, 2)], 2),
      scores: tf.ones([x.shape[0]!, 1, 1]),
    }),
    { inputs: [null, 1], outputs: { boxes: [null, 1, 4], scores: [null, 1, 1] } },
  )
  const again = await gradients(stretching, [2, 1], detectionTarget({ box: [0, 0, 2, 4], probabilities: [1] }))
  for (const value of again) expect(value).toBeCloseTo(0.25, 5)
}
