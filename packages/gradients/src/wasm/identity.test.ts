import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { use } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

describe('a clone on wasm', () => {
  it('shares its memory and outlives the original', () => {
    const before = tf.backend().numDataIds()
    const x = tf.tensor([1, 2, 3])
    const clone = x.clone()
    expect(clone.dataId).toBe(x.dataId)
    expect(tf.backend().numDataIds()).toBe(before + 1)
    x.dispose()
    expect([...clone.dataSync()]).toEqual([1, 2, 3])
    clone.dispose()
    expect(tf.backend().numDataIds()).toBe(before)
  })

  it('is not touched when a variable that it was taken from is assigned', () => {
    const variable = tf.variable(tf.tensor([1, 2]))
    const clone = variable.clone()
    const next = tf.tensor([3, 4])
    variable.assign(next as never)
    expect([...clone.dataSync()]).toEqual([1, 2])
    tf.dispose([variable, clone, next])
  })
})
