import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, use } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const types = ['float32', 'int32', 'bool'] as const

describe('cast on wasm', () => {
  it.each(types.flatMap((from) => types.map((to) => [from, to] as const)))(
    'from %s to %s is the cpu backend’s',
    async (from, to) => {
      const given =
        from === 'float32' ? [0, 0.4, -0.4, 1, -3.7, 250, 1e6] : from === 'int32' ? [0, 1, -3, 256, 1e6] : [0, 1]
      await expectSameOnBoth(() => [tf.cast(tf.tensor(given, [given.length], from), to)])
    },
  )

  it('to the type that is there shares the data, which lives as long as either', () => {
    const before = tf.backend().numDataIds()
    const x = tf.tensor([1, 2, 3])
    const same = tf.cast(x, 'float32')
    expect(same.dataId).toBe(x.dataId)
    x.dispose()
    expect([...same.dataSync()]).toEqual([1, 2, 3])
    same.dispose()
    expect(tf.backend().numDataIds()).toBe(before)
  })
})
