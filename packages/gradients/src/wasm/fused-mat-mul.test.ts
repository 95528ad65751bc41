import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const tensor = (shape: number[], salt: number) => tf.tensor(values(sizeOf(shape), salt), shape)

describe('a matrix product with bias and activation on wasm', () => {
  const activations = ['linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu', 'prelu'] as const
  const transposed = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const
  const cases = activations.flatMap((activation) => transposed.map((which) => [activation, ...which] as const))
  it.each(cases)('is that of the cpu backend: %s, transposed %s and %s', async (activation, transposeA, transposeB) => {
    const before = [tf.memory().numTensors, tf.backend().numDataIds()]
    await expectSameOnBoth(
      () =>
        [true, false].map((biased) =>
          tf.fused.matMul({
            a: tensor(transposeA ? [3, 4] : [4, 3], 1),
            b: tensor(transposeB ? [5, 3] : [3, 5], 2),
            transposeA,
            transposeB,
            activation,
            leakyreluAlpha: 0.3,
            ...(biased ? { bias: tensor([5], 3) } : {}),
            ...(activation === 'prelu' ? { preluActivationWeights: tensor([1, 5], 4) } : {}),
          }),
        ),
      2e-6,
    )
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  })

  it('takes batches', async () => {
    await expectSameOnBoth(() => {
      const [a, b, bias] = [tensor([2, 3, 4, 5], 1), tensor([2, 3, 5, 6], 2), tensor([6], 3)]
      return [tf.fused.matMul({ a, b, bias, activation: 'relu' })]
    })
  })
})
