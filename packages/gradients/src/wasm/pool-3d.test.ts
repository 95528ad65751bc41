import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pools3d, type Shape5 } from '../../test/naive-3d.ts'
import { expectSameOnBoth, relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

type Triple = [number, number, number]
const geometries: [Shape5, Triple, Triple, 'same' | 'valid'][] = [
  [[2, 4, 6, 6, 5], [2, 2, 2], [2, 2, 2], 'valid'],
  [[2, 5, 6, 7, 4], [2, 3, 2], [1, 1, 1], 'same'],
  [[1, 5, 7, 6, 7], [3, 3, 2], [2, 1, 3], 'same'],
  [[1, 1, 6, 5, 9], [1, 3, 2], [1, 2, 2], 'valid'],
  // A stride beyond the window, for which tfjs-core's 'same' skips a position before the first window.
  [[1, 6, 4, 4, 3], [1, 2, 2], [2, 2, 2], 'same'],
]
const inputs: Record<string, (value: number) => number> = {
  'of both signs': (value) => value,
  'with ties': (value) => Math.round(value),
  'all negative': (value) => value - 2,
}
const cases = Object.keys(inputs).flatMap((values) => geometries.map((geometry) => [values, ...geometry] as const))

describe('pooling of volumes on wasm', () => {
  it.each(cases)(
    'is that of the definition, values %s: x %j, window %j, strides %j, %s',
    (kind, shape, window, strides, pad) => {
      const info = tf.backend_util.computePool3DInfo(shape, window, strides, 1, pad)
      const x = values(sizeOf(shape), 8).map(inputs[kind]!)
      const dy = values(sizeOf(info.outShape), 7)
      const { front, top, left } = info.padInfo
      const shapes = { x: shape, y: info.outShape }
      const reference = pools3d(x, dy, shapes, { window, strides, pad: [front, top, left] })
      const before = [tf.memory().numTensors, tf.backend().numDataIds()]
      const [max, maxGradient, mean, meanGradient] = tf.tidy(() => {
        const [input, gradient] = [tf.tensor(x, shape), tf.tensor(dy, info.outShape)]
        const run = (kernel: string, inputs: tf.NamedTensorMap) =>
          (tf.engine().runKernel(kernel, inputs, { filterSize: window, strides, pad } as never) as tf.Tensor).dataSync()
        return ['MaxPool3D', 'AvgPool3D'].flatMap((kernel) => [
          run(kernel, { x: input }),
          run(`${kernel}Grad`, { dy: gradient, input }),
        ])
      })
      expect(relativeError(max!, reference.max)).toBe(0)
      expect(relativeError(mean!, reference.mean)).toBeLessThan(1e-6)
      expect(relativeError(maxGradient!, reference.maxGradient)).toBeLessThan(1e-6)
      expect(relativeError(meanGradient!, reference.meanGradient)).toBeLessThan(1e-6)
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
    },
  )

  it('takes whole numbers', async () => {
    const shape = [1, 4, 4, 4, 3]
    await expectSameOnBoth(() => {
      const whole = tf.cast(tf.mul(tf.tensor(values(sizeOf(shape), 5), shape), 90), 'int32') as tf.Tensor5D
      const dy = tf.tensor(values(24, 6), [1, 2, 2, 2, 3])
      const attrs = { filterSize: 2, strides: 2, pad: 'valid' }
      const dx = tf.engine().runKernel('MaxPool3DGrad', { dy, input: whole, output: dy }, attrs) as tf.Tensor
      return [tf.maxPool3d(whole, 2, 2, 'valid'), dx]
    })
  })

  it('is wrong in the backend itself: the maximum and both gradients', () => {
    const x = [-4, -1, -2, -3]
    const stock = (kernel: string, pad: string) =>
      tf.tidy(() => {
        const input = tf.tensor(x, [1, 1, 2, 2, 1])
        const dy = tf.ones(pad === 'same' ? [1, 1, 2, 2, 1] : [1, 1, 1, 1, 1])
        const attrs = { filterSize: [1, 2, 2], strides: 1, pad }
        const inputs = kernel.endsWith('Grad') ? { dy, input, output: dy } : { x: input }
        return [...(tf.engine().runKernel(kernel, inputs, attrs as never) as tf.Tensor).dataSync()]
      })
    const all = () => [
      stock('MaxPool3D', 'valid'),
      stock('MaxPool3DGrad', 'valid'),
      stock('AvgPool3DGrad', 'same').map((v) => Math.round(v * 4) / 4),
    ]
    const right = [[-1], [0, 1, 0, 0], [0.25, 0.75, 0.75, 2.25]]
    expect(all()).toEqual(right)
    registration.undo()
    const theirs = all()
    registration = registerGradients()
    for (let i = 0; i < right.length; i++) expect(theirs[i]).not.toEqual(right[i])
  })
})
