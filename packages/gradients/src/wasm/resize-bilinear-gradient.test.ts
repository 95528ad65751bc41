import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const cases: [number[], [number, number]][] = [
  [
    [2, 5, 7, 6],
    [10, 14],
  ],
  [
    [1, 4, 6, 5],
    [7, 5],
  ],
  [
    [1, 9, 8, 3],
    [4, 3],
  ],
  [
    [1, 3, 1, 4],
    [1, 6],
  ],
]

// Resizing is linear, so 〈resize(x), dy〉 = 〈x, gradient(dy)〉 for each x, and unit vectors give every value of the gradient.
it.each(cases.flatMap(([shape, size]) => [false, true].map((aligned) => [shape, size, aligned] as const)))(
  'the gradient of resizing %j to %j bilinearly, corners aligned %s, is the transpose of the resizing on wasm',
  (shape, size, aligned) => {
    const [, height, width, channels] = shape as [number, number, number, number]
    const dy = values(shape[0]! * size[0] * size[1] * channels, 31)
    const resized = (x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, size, aligned)
    const dx = tf.tidy(() =>
      tf
        .grad(resized)(tf.zeros(shape), tf.tensor(dy, [shape[0]!, size[0], size[1], channels]))
        .dataSync(),
    )
    const pixels = height * width
    const units = tf.tidy(() => resized(tf.reshape(tf.eye(pixels), [pixels, height, width, 1])).dataSync())
    const expected = new Float64Array(sizeOf(shape))
    const newPixels = size[0] * size[1]
    for (let n = 0; n < shape[0]!; n++)
      for (let from = 0; from < pixels; from++)
        for (let to = 0; to < newPixels; to++)
          for (let c = 0; c < channels; c++)
            expected[(n * pixels + from) * channels + c]! +=
              units[from * newPixels + to]! * dy[(n * newPixels + to) * channels + c]!
    expect(relativeError(dx, expected)).toBeLessThan(1e-6)
  },
)
