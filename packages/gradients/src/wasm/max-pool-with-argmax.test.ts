import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { expectSameOnBoth, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

describe('the maxima and their positions on wasm', () => {
  const inputs: [string, (value: number) => number][] = [
    ['of both signs', (value) => value],
    ['with ties', (value) => Math.round(value)],
    ['all negative', (value) => value - 2],
  ]
  const geometries: [[number, number], number, 'same' | 'valid', boolean][] = [
    [[2, 2], 2, 'valid', false],
    [[3, 2], 1, 'same', true],
    [[2, 3], 2, 'same', false],
  ]
  const cases = inputs.flatMap(([name, value]) => geometries.map((geometry) => [name, ...geometry, value] as const))
  it.each(cases)(
    'are those of the cpu backend, values %s: window %j, strides %d, %s, batch in the index %s',
    async (_, window, strides, pad, acrossBatch, value) => {
      const shape: [number, number, number, number] = [2, 7, 8, 5]
      await expectSameOnBoth(() => {
        const x = tf.tensor(values(sizeOf(shape), 3).map(value), shape) as tf.Tensor4D
        const { result, indexes } = tf.maxPoolWithArgmax(x, window, strides, pad, acrossBatch)
        return [result!, indexes!]
      }, 1e-9)
    },
  )
})
