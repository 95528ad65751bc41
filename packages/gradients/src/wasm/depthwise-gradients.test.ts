import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Shape4 } from '../../test/naive.ts'
import { depthwiseGradients } from '../../test/naive-depthwise.ts'
import { expectSameOnBoth, relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

type Pad = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]]
interface Case {
  readonly x: Shape4
  readonly w: Shape4
  readonly strides: [number, number]
  readonly dilations: [number, number]
  readonly pad: Pad
}
const explicit: Pad = [
  [0, 0],
  [3, 2],
  [0, 4],
  [0, 0],
]

const cases: Case[] = [
  { x: [2, 9, 7, 3], w: [3, 3, 3, 1], strides: [1, 1], dilations: [1, 1], pad: 'same' },
  { x: [1, 8, 8, 16], w: [3, 3, 16, 1], strides: [1, 1], dilations: [1, 1], pad: 'valid' },
  { x: [3, 11, 10, 23], w: [3, 3, 23, 1], strides: [2, 2], dilations: [1, 1], pad: 'same' },
  { x: [1, 12, 5, 40], w: [5, 4, 40, 1], strides: [3, 1], dilations: [1, 1], pad: 'same' },
  { x: [2, 6, 6, 4], w: [2, 2, 4, 1], strides: [1, 1], dilations: [1, 1], pad: explicit },
  // Some positions of the input are reached by no window.
  { x: [2, 9, 9, 5], w: [2, 2, 5, 1], strides: [4, 4], dilations: [1, 1], pad: 'valid' },
  { x: [2, 9, 8, 3], w: [3, 3, 3, 2], strides: [1, 2], dilations: [1, 1], pad: 'same' },
  { x: [1, 7, 8, 6], w: [3, 2, 6, 5], strides: [1, 1], dilations: [1, 1], pad: 'valid' },
  { x: [2, 13, 12, 18], w: [3, 3, 18, 1], strides: [1, 1], dilations: [2, 3], pad: 'same' },
  { x: [1, 13, 12, 2], w: [3, 2, 2, 3], strides: [1, 1], dilations: [2, 1], pad: explicit },
  // More pixels than one block of rows holds, and rows longer than a block.
  { x: [1, 67, 61, 4], w: [3, 3, 4, 1], strides: [1, 1], dilations: [1, 1], pad: 'same' },
  { x: [1, 3, 700, 2], w: [3, 3, 2, 1], strides: [1, 1], dilations: [1, 1], pad: 'same' },
]

const name = ({ x, w, strides, dilations, pad }: Case) =>
  `x [${x}], filter [${w}], strides ${strides}, dilations ${dilations}, pad ${JSON.stringify(pad)}`

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

describe('the gradient of a depthwise convolution on wasm', () => {
  it.each(cases.map((c) => [name(c), c] as const))('is that of the definition: %s', (_, c) => {
    const { strides, dilations, pad } = c
    const conv = tf.backend_util.computeConv2DInfo(c.x, c.w, strides, dilations, pad, undefined, true)
    const y = conv.outShape as Shape4
    const data = { x: values(sizeOf(c.x), 1), w: values(sizeOf(c.w), 2), dy: values(sizeOf(y), 3) }
    const geometry = { strides, dilations, pad: conv.padInfo }
    const reference = depthwiseGradients(data.x, data.w, data.dy, { ...c, y }, geometry)
    const before = [tf.memory().numTensors, tf.backend().numDataIds()]
    const [dx, dw] = tf.tidy(() => {
      const x = tf.tensor(data.x, c.x)
      const filter = tf.tensor(data.w, c.w)
      const dy = tf.tensor(data.dy, y)
      const run = (kernel: string, inputs: tf.NamedTensorMap, shape: object) =>
        (tf.engine().runKernel(kernel, inputs, { strides, dilations, pad, ...shape }) as tf.Tensor).dataSync()
      return [
        run('DepthwiseConv2dNativeBackpropInput', { dy, filter }, { inputShape: c.x }),
        run('DepthwiseConv2dNativeBackpropFilter', { x, dy }, { filterShape: c.w }),
      ]
    })
    expect(relativeError(dx!, reference.dx)).toBeLessThan(2e-6)
    expect(relativeError(dw!, reference.dw)).toBeLessThan(2e-6)
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  })

  it('reaches input, filter and bias through a fused one with an activation', async () => {
    await expectSameOnBoth(() => {
      const network = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
        tf.sum(
          tf.square(
            tf.fused.depthwiseConv2d({
              x: x as tf.Tensor4D,
              filter: filter as tf.Tensor4D,
              bias,
              strides: 2,
              pad: 'same',
              activation: 'relu6',
            }),
          ),
        )
      const x = tf.tensor(values(2 * 8 * 9 * 6, 4), [2, 8, 9, 6])
      return tf.grads(network)([x, tf.tensor(values(54, 5), [3, 3, 6, 1]), tf.tensor(values(6, 6))])
    }, 5e-6)
  })

  it('passes through the inverted residual of a MobileNet', async () => {
    const filter = (shape: [number, number, number, number], salt: number) =>
      tf.tensor(values(sizeOf(shape), salt), shape) as tf.Tensor4D
    const block = (x: tf.Tensor) => {
      const expanded = tf.relu6(tf.conv2d(x as tf.Tensor4D, filter([1, 1, 4, 24], 11), 1, 'same'))
      const mean = tf.tensor1d(values(24, 12))
      const normal = tf.batchNorm(expanded, mean, tf.add(mean, 2) as tf.Tensor1D, mean, tf.add(mean, 1) as tf.Tensor1D)
      const filtered = tf.relu6(tf.depthwiseConv2d(normal as tf.Tensor4D, filter([3, 3, 24, 1], 13), 1, 'same'))
      return tf.sum(tf.square(tf.add(x, tf.conv2d(filtered, filter([1, 1, 24, 4], 14), 1, 'same'))))
    }
    await expectSameOnBoth(() => [tf.grad(block)(tf.tensor(values(2 * 9 * 7 * 4, 15), [2, 9, 7, 4]))], 1e-5)
  })

  it('stays right when the memory grows in between', () => {
    const pixels = 1024
    const gradient = tf.tidy(() => {
      const x = tf.ones([1, pixels, pixels, 4]) as tf.Tensor4D
      const filter = tf.ones([1, 1, 4, 4]) as tf.Tensor4D
      return tf.sum(tf.grad((t) => tf.sum(tf.depthwiseConv2d(t as tf.Tensor4D, filter, 1, 'same')))(x)).dataSync()[0]
    })
    expect(gradient).toBe(pixels * pixels * 16)
  })
})
