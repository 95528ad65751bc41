import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { convolution3d, type Shape5 } from '../../test/naive-3d.ts'
import { expectSameOnBoth, relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

type Triple = [number, number, number]
const cases: [Shape5, Shape5, Triple, 'same' | 'valid'][] = [
  [[2, 5, 6, 7, 3], [3, 3, 3, 3, 4], [1, 1, 1], 'same'],
  [[1, 4, 6, 5, 4], [2, 3, 2, 4, 8], [1, 1, 1], 'valid'],
  [[2, 6, 7, 8, 5], [3, 2, 3, 5, 2], [2, 2, 2], 'same'],
  [[1, 7, 8, 9, 1], [2, 3, 4, 1, 6], [3, 1, 2], 'valid'],
  [[2, 3, 4, 5, 6], [1, 1, 1, 6, 3], [1, 1, 1], 'same'],
  // Strides beyond the filter, for which tfjs-core's 'same' crops where it would pad.
  [[1, 6, 6, 6, 2], [1, 1, 1, 2, 3], [2, 2, 2], 'same'],
  [[1, 8, 7, 9, 3], [2, 1, 1, 3, 2], [4, 3, 4], 'same'],
]

describe('the convolution of volumes on wasm', () => {
  it.each(cases)(
    'and its gradients are those of the definition: x %j, filter %j, strides %j, %s',
    (xShape, wShape, strides, pad) => {
      const info = tf.backend_util.computeConv3DInfo(xShape, wShape, strides, 1, pad)
      const { front, top, left } = info.padInfo
      const window = wShape.slice(0, 3) as Triple
      const [x, w, dy] = [xShape, wShape, info.outShape].map((shape, i) => values(sizeOf(shape), i + 1))
      const shapes = { x: xShape, y: info.outShape }
      const reference = convolution3d(x!, w!, dy!, shapes, { window, strides, pad: [front, top, left] })
      const before = [tf.memory().numTensors, tf.backend().numDataIds()]
      const [y, dx, dw] = tf.tidy(() => {
        const conv = (x: tf.Tensor, w: tf.Tensor) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, strides, pad)
        const both = [tf.tensor(x!, xShape), tf.tensor(w!, wShape)] as const
        return [conv(...both), ...tf.grads(conv)([...both], tf.tensor(dy!, info.outShape))].map((t) => t.dataSync())
      })
      expect(relativeError(y!, reference.y)).toBeLessThan(5e-6)
      expect(relativeError(dx!, reference.dx)).toBeLessThan(5e-6)
      expect(relativeError(dw!, reference.dw)).toBeLessThan(5e-6)
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
    },
  )

  it('takes dilations', () => {
    const [xShape, wShape, dilations]: [Shape5, Shape5, Triple] = [
      [1, 7, 8, 9, 2],
      [2, 3, 3, 2, 3],
      [3, 2, 1],
    ]
    const info = tf.backend_util.computeConv3DInfo(xShape, wShape, 1, dilations, 'same')
    const { front, top, left } = info.padInfo
    const [x, w] = [values(sizeOf(xShape), 4), values(sizeOf(wShape), 5)]
    const geometry = { window: [2, 3, 3], strides: [1, 1, 1], pad: [front, top, left], dilations } as const
    const dy = new Float64Array(sizeOf(info.outShape))
    const reference = convolution3d(x, w, dy, { x: xShape, y: info.outShape }, geometry)
    const y = tf.tidy(() => {
      const [input, filter] = [tf.tensor(x, xShape) as tf.Tensor5D, tf.tensor(w, wShape) as tf.Tensor5D]
      return tf.conv3d(input, filter, 1, 'same', 'NDHWC', dilations).dataSync()
    })
    expect(relativeError(y, reference.y)).toBeLessThan(5e-6)
  })

  it('takes whole numbers', async () => {
    await expectSameOnBoth(() => {
      const whole = (shape: number[]) => tf.cast(tf.mul(tf.tensor(values(sizeOf(shape), 5), shape), 90), 'int32')
      const [x, filter] = [whole([1, 3, 4, 5, 2]) as tf.Tensor5D, whole([2, 2, 2, 2, 3]) as tf.Tensor5D]
      return [tf.conv3d(x, filter, 1, 'same')]
    })
  })

  it('has wrong gradients in the backend itself', () => {
    const gradients = () =>
      tf.tidy(() => {
        const x = tf.tensor(values(64, 6), [1, 4, 4, 4, 1])
        const filter = tf.tensor(values(8, 7), [2, 2, 2, 1, 1])
        const dy = tf.ones([1, 2, 2, 2, 1])
        const run = (kernel: string, inputs: tf.NamedTensorMap, shapes: object) =>
          (tf.engine().runKernel(kernel, inputs, { strides: 2, pad: 'valid', ...shapes }) as tf.Tensor).dataSync()
        return [
          run('Conv3DBackpropInputV2', { dy, filter }, { inputShape: x.shape }),
          run('Conv3DBackpropFilterV2', { x, dy }, { filterShape: filter.shape }),
        ]
      })
    const ours = gradients()
    registration.undo()
    const theirs = gradients()
    registration = registerGradients()
    for (let i = 0; i < 2; i++) expect(relativeError(theirs[i]!, ours[i]!)).toBeGreaterThan(0.1)
  })
})
