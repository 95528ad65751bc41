import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { use } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const tanhOf = (x: Float32Array) => tf.tidy(() => tf.tanh(tf.tensor(x)).dataSync())

it('tanh on wasm is within 3·10⁻⁷ of its value, near zero too', () => {
  const x = Float32Array.from({ length: 40_003 }, (_, i) => (i / 20_001 - 1) ** 3 * 12)
  const y = tanhOf(x)
  let worst = 0
  x.forEach((v, i) => {
    const exact = Math.tanh(v)
    worst = Math.max(worst, v === 0 ? Math.abs(y[i]!) : Math.abs(y[i]! / exact - 1))
  })
  expect(worst).toBeLessThan(3e-7)
  expect(Math.max(...y.map(Math.abs))).toBe(1)
})

it('tanh on wasm of what is infinite or no number is what it should be', () => {
  expect([...tanhOf(Float32Array.of(Infinity, -Infinity, Number.NaN, 1e30, -1e-30))]).toEqual([
    1,
    -1,
    Number.NaN,
    1,
    Math.fround(-1e-30),
  ])
})
