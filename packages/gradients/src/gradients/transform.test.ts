import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'
import { relativeError, use } from '../../test/wasm.ts'

withGradients()

const turn = [0.8, -0.61, 1.37, 0.55, 0.93, -1.83, 0.013, -0.021]
const shrink = [2.7, 0.13, -3.3, -0.17, 3.1, -4.9, 0, 0]
const transform = (
  x: tf.Tensor,
  by: number[],
  ...more: [('nearest' | 'bilinear')?, ('reflect' | 'wrap' | 'constant' | 'nearest')?]
) => tf.image.transform(x as tf.Tensor4D, tf.tensor2d(by, [by.length / 8, 8]), more[0], more[1], 0, [4, 6])

describe.each(['nearest', 'bilinear'] as const)('the gradient of a %s projection', (interpolation) => {
  it.each(['constant', 'reflect', 'wrap', 'nearest'] as const)('with %s filling', async (mode) => {
    // tfjs-backend-wasm reflects otherwise than TensorFlow and the other backends.
    const backends = mode === 'reflect' ? (['cpu'] as const) : (['cpu', 'wasm'] as const)
    for (const by of [turn, shrink]) {
      await expectGradient((x) => transform(x, by, interpolation, mode), [given([1, 5, 4, 2], 48)], {
        ...linear,
        backends,
      })
    }
  })
})

it('each image of a batch has its own projection, or they share one', async () => {
  await use('wasm')
  const pair = tf.tensor(given([2, 5, 4, 2], 51).values, [2, 5, 4, 2])
  const dy = tf.tensor(given([2, 4, 6, 2], 52).values, [2, 4, 6, 2])
  const gradient = (by: number[], x: tf.Tensor, dy: tf.Tensor) => tf.grad((x) => transform(x, by, 'bilinear'))(x, dy)
  const alone = (by: number[], i: number) => gradient(by, tf.slice(pair, i, 1), tf.slice(dy, i, 1))
  for (const [first, second] of [
    [turn, shrink],
    [turn, turn],
  ]) {
    const both = gradient(first === second ? first! : [...first!, ...second!], pair, dy)
    const apart = tf.concat([alone(first!, 0), alone(second!, 1)])
    expect(relativeError(both.dataSync(), apart.dataSync())).toBeLessThan(1e-6)
  }
})
