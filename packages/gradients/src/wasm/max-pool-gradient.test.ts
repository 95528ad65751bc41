import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxPoolGradient, type Shape4 } from '../../test/naive.ts'
import { relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const onWasm = (
  x: ArrayLike<number>,
  shape: Shape4,
  window: [number, number],
  strides: [number, number],
  pad: 'same' | 'valid',
) => {
  const pool = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], window, strides, 1, pad)
  const dy = values(sizeOf(pool.outShape), 7)
  const dx = tf.tidy(() => {
    const gradient = tf.grad((t) => tf.maxPool(t as tf.Tensor4D, window, strides, pad))
    return gradient(tf.tensor(Float32Array.from(x), shape as number[]), tf.tensor(dy, pool.outShape)).dataSync()
  })
  const y = pool.outShape as Shape4
  return { dx, reference: maxPoolGradient(x, dy, { x: shape, y }, window, { strides, pad: pool.padInfo }) }
}

describe('the gradient of max pooling on wasm', () => {
  const cases: [Shape4, [number, number], [number, number], 'same' | 'valid'][] = [
    [[2, 8, 6, 5], [2, 2], [2, 2], 'valid'],
    [[2, 7, 9, 4], [2, 2], [2, 2], 'same'],
    [[1, 9, 8, 7], [3, 3], [2, 2], 'same'],
    [[2, 6, 6, 8], [3, 2], [1, 1], 'same'],
    [[1, 10, 7, 1], [2, 3], [3, 2], 'valid'],
  ]
  it.each(cases)(
    'goes to the first maximum of each window: x %j, window %j, strides %j, %s',
    (shape, window, strides, pad) => {
      const x = values(sizeOf(shape), 8)
      const { dx, reference } = onWasm(x, shape, window, strides, pad)
      expect(relativeError(dx, reference)).toBeLessThan(1e-6)
    },
  )

  it.each(cases)(
    'goes to the first of several equal maxima: x %j, window %j, strides %j, %s',
    (shape, window, strides, pad) => {
      const x = values(sizeOf(shape), 9).map((v) => Math.round(v))
      const { dx, reference } = onWasm(x, shape, window, strides, pad)
      expect(relativeError(dx, reference)).toBeLessThan(1e-6)
    },
  )

  it.each(cases)(
    'is right where every value is negative: x %j, window %j, strides %j, %s',
    (shape, window, strides, pad) => {
      const x = values(sizeOf(shape), 10).map((v) => -2 + v)
      const { dx, reference } = onWasm(x, shape, window, strides, pad)
      expect(relativeError(dx, reference)).toBeLessThan(1e-6)
    },
  )

  it('is wrong in the backend itself, on ties and in negative windows', () => {
    const stock = (values: number[]) =>
      tf.tidy(() => {
        const input = tf.tensor(values, [1, 2, 2, 1])
        const dy = tf.ones([1, 1, 1, 1])
        const attrs = { filterSize: 2, strides: 2, pad: 'valid' }
        return [
          ...(tf.engine().runKernel('MaxPoolGrad', { dy, input, output: dy }, attrs as never) as tf.Tensor).dataSync(),
        ]
      })
    registration.undo()
    const onTies = stock([1, 1, 1, 1])
    const negative = stock([-4, -1, -2, -3])
    registration = registerGradients()
    expect(onTies).not.toEqual([1, 0, 0, 0])
    expect(negative).not.toEqual([0, 1, 0, 0])
    expect(stock([1, 1, 1, 1])).toEqual([1, 0, 0, 0])
    expect(stock([-4, -1, -2, -3])).toEqual([0, 1, 0, 0])
  })
})
