import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onBoth, relativeError, use, values } from '../test/wasm.ts'
import { type GradientRegistration, registerGradients } from './index.ts'

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

const sizes = { filter1: [3, 3, 3, 8], filter2: [3, 3, 8, 12], scale: [8], offset: [8], dense: [12, 5], bias: [5] }
const names = Object.keys(sizes) as (keyof typeof sizes)[]
const initial = (name: keyof typeof sizes, salt: number) => {
  const shape = sizes[name]
  return tf.tensor(
    values(
      shape.reduce((a, b) => a * b),
      salt,
    ).map((v) => (name === 'scale' ? 1 + v / 10 : v / 3)),
    shape,
  )
}
const images = () => tf.tensor(values(4 * 13 * 11 * 3, 30), [4, 13, 11, 3]) as tf.Tensor4D
const labels = () => tf.oneHot(tf.tensor1d([0, 3, 1, 4], 'int32'), 5)

/** Convolution, batch normalisation, relu, max pooling, a strided convolution, global average pooling, dropout, a dense layer. */
function loss(x: tf.Tensor4D, weights: tf.Tensor[]): tf.Scalar {
  const [filter1, filter2, scale, offset, dense, bias] = weights as [
    tf.Tensor4D,
    tf.Tensor4D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor2D,
    tf.Tensor1D,
  ]
  const first = tf.conv2d(x, filter1, 1, 'same')
  const { mean, variance } = tf.moments(first, [0, 1, 2])
  const normal = tf.batchNorm(first, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale)
  const pooled = tf.maxPool(tf.relu(normal), 2, 2, 'same')
  const second = tf.leakyRelu(tf.conv2d(pooled, filter2, 2, 'valid')) as tf.Tensor4D
  const features = tf.dropout(tf.mean(tf.avgPool(second, 2, 1, 'valid'), [1, 2]) as tf.Tensor2D, 0.25, undefined, 7)
  const logits = tf.add(tf.matMul(features, dense), bias)
  return tf.neg(tf.mean(tf.sum(tf.mul(labels(), tf.logSoftmax(logits)), -1))) as tf.Scalar
}

describe('a small network on wasm', () => {
  it('has the gradients of the cpu backend, by its weights and by its input', async () => {
    const { cpu, wasm } = await onBoth(() => {
      const weights = names.map((name, i) => initial(name, 40 + i))
      return tf.grads((x, ...weights) => loss(x as tf.Tensor4D, weights))([images(), ...weights])
    })
    expect(cpu).toHaveLength(7)
    for (let i = 0; i < cpu.length; i++) expect(relativeError(wasm[i]!, cpu[i]!)).toBeLessThan(1e-5)
  })

  it.each([
    ['momentum', () => tf.train.momentum(0.05, 0.9)],
    ['Adam', () => tf.train.adam(0.01)],
  ])('learns a batch by heart with %s, and leaks nothing', (_, make) => {
    const weights = names.map((name, i) => tf.variable(initial(name, 40 + i)))
    const optimizer = make()
    const x = images()
    const step = () => tf.tidy(() => optimizer.minimize(() => loss(x, weights), true)!.dataSync()[0]!)
    const before = step()
    const tensors = [tf.memory().numTensors, tf.backend().numDataIds()]
    let after = before
    for (let i = 0; i < 40; i++) after = step()
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(tensors)
    expect(after).toBeLessThan(before / 3)
    optimizer.dispose()
    tf.dispose([x, ...weights])
  })
})
