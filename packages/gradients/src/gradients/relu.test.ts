import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectSameOnBoth, relativeError, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'
import { ReluGrad } from './relu.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

// Kinks included, and a count that is no multiple of four.
const input = () => tf.concat([tf.mul(tf.tensor(values(40, 60)), 9), tf.tensor1d([0, -0, 6, 6.000001, -1, 7, 5])])
const incoming = () => tf.tensor(values(47, 61))

const activations: Record<string, { apply: (x: tf.Tensor) => tf.Tensor; slope: (x: number) => number }> = {
  relu: { apply: tf.relu, slope: (x) => (x > 0 ? 1 : 0) },
  relu6: { apply: tf.relu6, slope: (x) => (x > 0 && x <= 6 ? 1 : 0) },
  'clipping, as a ReLU layer with a maximum does': {
    apply: (x) => tf.clipByValue(x, -1, 5),
    slope: (x) => (x >= -1 && x <= 5 ? 1 : 0),
  },
  'leaky relu': { apply: (x) => tf.leakyRelu(x, 0.3), slope: (x) => (x > 0 ? 1 : 0.3) },
}

describe.each(Object.keys(activations))('the gradient of %s', (name) => {
  const { apply, slope } = activations[name]!
  const gradient = () => tf.grad(apply)(input(), incoming())

  it.each(['wasm', 'cpu'] as const)('is that of the definition on %s', async (backend) => {
    await use(backend)
    const [x, dy, dx] = tf.tidy(() => [input().dataSync(), incoming().dataSync(), gradient().dataSync()])
    await use('wasm')
    expect(
      relativeError(
        dx!,
        Array.from(dy!, (v, i) => v * slope(x![i]!)),
      ),
    ).toBeLessThan(1e-7)
  })

  it('takes one pass on wasm', async () => {
    const [x, dy] = [input(), incoming()]
    const { kernelNames } = await tf.profile(() => tf.dispose(tf.grad(apply)(x, dy)))
    expect(kernelNames).toContain(ReluGrad)
    expect(kernelNames).not.toContain('Multiply')
    tf.dispose([x, dy])
  })

  it('can be differentiated again', async () => {
    await expectSameOnBoth(() => {
      const penalty = (x: tf.Tensor) => tf.sum(tf.square(tf.grad((t) => tf.sum(tf.square(apply(t))))(x)))
      return [tf.grad(penalty)(input())]
    })
  })
})
