import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filterGradient, inputGradient, type Shape4 } from '../../test/naive.ts'
import { relativeError, sizeOf, use, values } from '../../test/wasm.ts'
import { type GradientRegistration, registerGradients } from '../index.ts'

type Pad = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]]
interface Case {
  readonly x: Shape4
  readonly w: Shape4
  readonly strides: [number, number]
  readonly pad: Pad
}

const cases: Case[] = [
  { x: [2, 9, 7, 3], w: [3, 3, 3, 5], strides: [1, 1], pad: 'same' },
  { x: [1, 8, 8, 4], w: [3, 3, 4, 8], strides: [1, 1], pad: 'valid' },
  { x: [3, 11, 10, 6], w: [3, 3, 6, 9], strides: [2, 2], pad: 'same' },
  { x: [2, 10, 11, 1], w: [5, 4, 1, 16], strides: [2, 3], pad: 'valid' },
  { x: [2, 7, 9, 5], w: [1, 1, 5, 7], strides: [2, 2], pad: 'same' },
  { x: [1, 12, 5, 8], w: [2, 3, 8, 1], strides: [3, 1], pad: 'same' },
  {
    x: [1, 6, 6, 2],
    w: [2, 2, 2, 3],
    strides: [1, 1],
    pad: [
      [0, 0],
      [3, 2],
      [0, 4],
      [0, 0],
    ],
  },
  { x: [2, 9, 9, 2], w: [2, 2, 2, 3], strides: [4, 4], pad: 'valid' },
  { x: [2, 1, 40, 3], w: [1, 7, 3, 4], strides: [1, 2], pad: 'same' },
  // More pixels than one block of rows holds, and rows that do not divide evenly into blocks.
  { x: [2, 67, 61, 4], w: [3, 3, 4, 12], strides: [1, 1], pad: 'same' },
  { x: [1, 3, 1100, 2], w: [3, 3, 2, 2], strides: [1, 1], pad: 'same' },
  // Few channels: windows that overlap, windows with gaps, windows wholly in the padding.
  { x: [2, 13, 12, 3], w: [7, 7, 3, 13], strides: [2, 2], pad: 'same' },
  { x: [2, 11, 9, 1], w: [2, 1, 1, 6], strides: [3, 2], pad: 'valid' },
  {
    x: [1, 5, 4, 2],
    w: [2, 3, 2, 8],
    strides: [1, 2],
    pad: [
      [0, 0],
      [4, 3],
      [0, 5],
      [0, 0],
    ],
  },
  // Tiles that stick out by one, two and three pixels; padding beyond the filter; images smaller than a tile.
  { x: [2, 13, 14, 5], w: [3, 3, 5, 6], strides: [1, 1], pad: 'same' },
  { x: [3, 15, 12, 17], w: [3, 3, 17, 4], strides: [1, 1], pad: 'valid' },
  {
    x: [5, 3, 6, 2],
    w: [3, 3, 2, 7],
    strides: [1, 1],
    pad: [
      [0, 0],
      [4, 0],
      [1, 3],
      [0, 0],
    ],
  },
  { x: [3, 1, 1, 9], w: [3, 3, 9, 10], strides: [1, 1], pad: 'same' },
  // So many channels that the filter is transformed in parts.
  { x: [24, 1, 3, 297], w: [3, 3, 297, 222], strides: [1, 1], pad: 'same' },
]

const name = ({ x, w, strides, pad }: Case) => `x [${x}], filter [${w}], strides ${strides}, pad ${JSON.stringify(pad)}`

function prepare({ x, w, strides, pad }: Case) {
  const conv = tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    w as [number, number, number, number],
    strides,
    1,
    pad,
  )
  const y = conv.outShape as Shape4
  const data = { x: values(sizeOf(x), 1), w: values(sizeOf(w), 2), dy: values(sizeOf(y), 3) }
  return { shapes: { x, w, y }, geometry: { strides, pad: conv.padInfo }, data }
}

let registration: GradientRegistration
beforeAll(async () => {
  registration = registerGradients()
  await use('wasm')
})
afterAll(() => registration.undo())

describe('the gradient of a convolution on wasm', () => {
  it.each(cases.map((c) => [name(c), c] as const))('is that of the definition: %s', (_, c) => {
    const { shapes, geometry, data } = prepare(c)
    const before = tf.memory().numTensors
    const [dx, dw] = tf.tidy(() => {
      const x = tf.tensor(data.x, c.x) as tf.Tensor4D
      const w = tf.tensor(data.w, c.w) as tf.Tensor4D
      const dy = tf.tensor(data.dy, shapes.y)
      const gradients = tf.grads((x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, c.strides, c.pad))([x, w], dy)
      return gradients.map((g) => g.dataSync())
    })
    expect(relativeError(dx!, inputGradient(data.w, data.dy, shapes, geometry))).toBeLessThan(5e-6)
    expect(relativeError(dw!, filterGradient(data.x, data.dy, shapes, geometry))).toBeLessThan(5e-6)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('leaves no data behind in the backend', () => {
    const x = tf.ones([2, 8, 8, 3]) as tf.Tensor4D
    const w = tf.ones([3, 3, 3, 4]) as tf.Tensor4D
    const gradients = tf.grads((x, w) => tf.sum(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')))
    const before = [tf.memory().numTensors, tf.backend().numDataIds()]
    for (let i = 0; i < 5; i++) tf.dispose(gradients([x, w]))
    expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
    tf.dispose([x, w])
  })

  it('reaches input, filter and bias through a fused convolution with an activation', async () => {
    const x = values(2 * 8 * 8 * 3, 4)
    const w = values(3 * 3 * 3 * 4, 5)
    const b = values(4, 6)
    const gradients = () =>
      tf.tidy(() =>
        tf
          .grads((x, w, b) =>
            tf.sum(
              tf.square(
                tf.fused.conv2d({
                  x: x as tf.Tensor4D,
                  filter: w as tf.Tensor4D,
                  bias: b,
                  strides: 1,
                  pad: 'same',
                  activation: 'relu',
                }),
              ),
            ),
          )([tf.tensor(x, [2, 8, 8, 3]), tf.tensor(w, [3, 3, 3, 4]), tf.tensor(b, [4])])
          .map((g) => g.dataSync()),
      )
    const onWasm = gradients()
    await use('cpu')
    const onCpu = gradients()
    await use('wasm')
    for (let i = 0; i < 3; i++) expect(relativeError(onWasm[i]!, onCpu[i]!)).toBeLessThan(5e-6)
  })

  it('refuses channels-first images by name', () => {
    const x = tf.ones([1, 3, 8, 8])
    const dy = tf.ones([1, 4, 8, 8])
    const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [3, 3, 3, 4] }
    expect(() => tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs as never)).toThrow(/NHWC/)
    tf.dispose([x, dy])
  })
})
