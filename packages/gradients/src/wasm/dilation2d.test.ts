import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const shape = [2, 7, 8, 3]
const image = (value: (v: number) => number = (v) => v) => tf.tensor(values(sizeOf(shape), 1).map(value), shape)
const element = (value: (v: number) => number = (v) => v) => tf.tensor(values(18, 2).map(value), [3, 2, 3])
const dilation = (pad: 'same' | 'valid', strides: number, dilations: number) => (x: tf.Tensor, w: tf.Tensor) =>
  tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, strides, pad, dilations)

describe('greyscale dilation on wasm', () => {
  const inputs: [string, (value: number) => number][] = [
    ['of both signs', (value) => value],
    ['with ties', (value) => Math.round(2 * value)],
    ['all negative', (value) => value - 3],
  ]
  const geometries = [
    ['same', 1, 1],
    ['same', 2, 1],
    ['valid', 2, 1],
    ['same', 1, 2],
    ['valid', 1, 3],
  ] as const
  const cases = inputs.flatMap(([name, value]) => geometries.map((geometry) => [name, ...geometry, value] as const))
  it.each(cases)(
    'and its gradients are those of the cpu backend, values %s: %s, strides %d, dilations %d',
    async (_, pad, strides, dilations, value) => {
      const before = [tf.memory().numTensors, tf.backend().numDataIds()]
      await expectSameOnBoth(() => {
        const dilate = dilation(pad, strides, dilations)
        const [x, w] = [image(value), element(value)]
        const y = dilate(x, w)
        return [y, ...tf.grads(dilate)([x, w], tf.tensor(values(y.size, 3), y.shape))]
      })
      expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
    },
  )

  it('takes whole numbers', async () => {
    await expectSameOnBoth(() => {
      const [x, w] = [image((v) => v * 40), element((v) => v * 9)]
      const y = dilation('same', 1, 1)(tf.cast(x, 'int32'), tf.cast(w, 'int32'))
      expect(y.dtype).toBe('int32')
      return [y]
    })
  })

  it('is wrong in the backend itself', () => {
    const dilate = () => tf.tidy(() => dilation('valid', 1, 1)(image(), element()).dataSync())
    const ours = dilate()
    registration.undo()
    const theirs = dilate()
    registration = registerGradients()
    expect(relativeError(theirs, ours)).toBeGreaterThan(0.1)
  })
})
