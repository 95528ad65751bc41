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

type Pad = number | [[0, 0], [number, number], [number, number], [0, 0]]
type Mode = 'ceil' | 'round' | 'floor' | undefined

const tensor = (shape: [number, number, number, number], salt: number) =>
  tf.tensor(values(sizeOf(shape), salt), shape) as tf.Tensor4D
const x = () => tensor([2, 6, 8, 3], 1)
const forms: Record<string, (window: [number, number], pad: Pad, mode: Mode) => tf.Tensor> = {
  'a convolution': (window, pad, mode) => tf.conv2d(x(), tensor([...window, 3, 4], 2), 2, pad, 'NHWC', 1, mode),
  'a fused convolution': (window, pad, mode) =>
    tf.fused.conv2d({ x: x(), filter: tensor([...window, 3, 4], 2), strides: 2, pad, dimRoundingMode: mode! }),
  'a depthwise convolution': (window, pad, mode) =>
    tf.depthwiseConv2d(x(), tensor([...window, 3, 1], 3), 2, pad as number, 'NHWC', 1, mode),
  'a fused depthwise convolution': (window, pad, mode) =>
    tf.fused.depthwiseConv2d({
      x: x(),
      filter: tensor([...window, 3, 1], 3),
      strides: 2,
      pad: pad as number,
      dimRoundingMode: mode!,
    }),
  'a maximum': (window, pad, mode) => tf.maxPool(x(), window, 2, pad, mode),
  'a mean': (window, pad, mode) => tf.avgPool(x(), window, 2, pad, mode),
}
const names = Object.keys(forms)

describe('padding by a number on wasm', () => {
  const modes = ['ceil', 'round', 'floor', undefined] as const
  it.each(names.flatMap((name) => modes.flatMap((mode) => [0, 1].map((pad) => [name, mode, pad] as const))))(
    'is that of the cpu backend for a square window: %s, rounded by %s, padding %d',
    async (name, mode, pad) => {
      await expectSameOnBoth(() => [forms[name]!([3, 3], pad, mode)])
    },
  )

  it.each(names)('is padding by four equal sides for a window that is not square: %s', (name) => {
    tf.tidy(() => {
      const sides: Pad = [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]
      const [number, explicit] = [forms[name]!([3, 2], 1, 'floor'), forms[name]!([3, 2], sides, undefined)]
      expect(number.shape).toEqual(explicit.shape)
      expect(relativeError(number.dataSync(), explicit.dataSync())).toBe(0)
    })
  })
})
