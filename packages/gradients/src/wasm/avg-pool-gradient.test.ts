import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { avgPoolGradient, type Shape4 } from '../../test/naive.ts'
import { relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

describe('the gradient of average pooling on wasm', () => {
  const cases: [Shape4, [number, number], [number, number], 'same' | 'valid'][] = [
    [[2, 8, 6, 5], [2, 2], [2, 2], 'valid'],
    [[2, 7, 9, 4], [2, 2], [2, 2], 'same'],
    [[1, 9, 8, 7], [3, 3], [2, 2], 'same'],
    [[2, 6, 6, 8], [3, 2], [1, 1], 'same'],
    [[2, 6, 5, 3], [6, 5], [1, 1], 'valid'],
  ]
  it.each(cases)(
    'is shared by the positions that were averaged: x %j, window %j, strides %j, %s',
    (shape, window, strides, pad) => {
      const x = shape as [number, number, number, number]
      const pool = tf.backend_util.computePool2DInfo(x, window, strides, 1, pad)
      const dy = values(sizeOf(pool.outShape), 11)
      const dx = tf.tidy(() => {
        const gradient = tf.grad((t) => tf.avgPool(t as tf.Tensor4D, window, strides, pad))
        return gradient(tf.tensor(values(sizeOf(x), 12), x), tf.tensor(dy, pool.outShape)).dataSync()
      })
      const shapes = { x: shape, y: pool.outShape as Shape4 }
      expect(relativeError(dx, avgPoolGradient(dy, shapes, window, { strides, pad: pool.padInfo }))).toBeLessThan(1e-6)
    },
  )

  it('sums to that of the output, in the padding too', () => {
    const total = tf.tidy(() => {
      const gradient = tf.grad((t) => tf.sum(tf.avgPool(t as tf.Tensor4D, 3, 2, 'same')))
      return tf.sum(gradient(tf.ones([1, 5, 5, 1]))).dataSync()[0]
    })
    expect(total).toBeCloseTo(9, 5)
  })

  it('takes the number of windows from the gradient of their means, which rounding up makes one more', () => {
    const dx = tf.tidy(() => {
      const inputs = { dy: tf.ones([1, 2, 2, 1]), input: tf.ones([1, 3, 3, 1]) }
      const attrs = { filterSize: 2, strides: 2, pad: 0 }
      return (tf.engine().runKernel('AvgPoolGrad', inputs, attrs) as tf.Tensor).dataSync()
    })
    expect([...dx]).toEqual([0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1])
  })
})
