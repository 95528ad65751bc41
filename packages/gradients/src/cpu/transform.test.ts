import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('cpu')
})
afterAll(() => registration.undo())

it.each([1, 3])('each image of a batch is transformed, by %i transformations', (count) => {
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const images = tf.tensor(values(3 * 4 * 5 * 2), [3, 4, 5, 2]) as tf.Tensor4D
    const shifts = [1, -1, 2].slice(0, count)
    const transforms = tf.tensor2d(shifts.map((shift) => [1, 0, shift, 0, 1, 0, 0, 0]))
    const found = tf.image.transform(images, transforms, 'nearest', 'constant', 7)
    const wanted = [0, 1, 2].map((i) => {
      const shift = shifts[i] ?? shifts[0]!
      const image = tf.slice(images, [i, 0, 0, 0], [1, 4, 5, 2])
      const kept = tf.slice(image, [0, 0, Math.max(0, shift), 0], [1, 4, 5 - Math.abs(shift), 2])
      return tf.pad(
        kept,
        [
          [0, 0],
          [0, 0],
          [Math.max(0, -shift), Math.max(0, shift)],
          [0, 0],
        ],
        7,
      )
    })
    expect(Array.from(found.dataSync())).toEqual(Array.from(tf.concat(wanted).dataSync()))
  })
  expect(tf.memory().numTensors).toBe(before)
})
