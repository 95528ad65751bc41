import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'
import { mendFusedConvolutions } from './fused-dilated-convolution.ts'

withGradients()

const options = { strides: 1, pad: 'same', dilations: 2 } as const

describe('the gradient of a fused convolution with dilation', () => {
  it('and bias', async () => {
    await expectGradient(
      (x, filter, bias) => tf.fused.conv2d({ ...options, x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, bias }),
      [given([2, 5, 4, 2], 60), given([3, 2, 2, 3], 61), given([3], 62)],
      linear,
    )
  })

  it('of one image', async () => {
    await expectGradient(
      (x, filter) => tf.fused.conv2d({ ...options, x: x as tf.Tensor3D, filter: filter as tf.Tensor4D }),
      [given([5, 4, 2], 60), given([3, 2, 2, 3], 61)],
      linear,
    )
  })

  it('one channel at a time', async () => {
    await expectGradient(
      (x, filter, bias) =>
        tf.fused.depthwiseConv2d({ ...options, x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, bias }),
      [given([2, 5, 4, 2], 63), given([3, 2, 2, 2], 64), given([4], 65)],
      linear,
    )
  })

  it('is put in its place once, and undone', () => {
    const engine = tf.engine() as unknown as { customGrad: unknown }
    const ours = engine.customGrad
    Reflect.deleteProperty(engine, 'customGrad')
    const stock = engine.customGrad
    const undo = mendFusedConvolutions()
    expect(engine.customGrad).not.toBe(stock)
    expect(mendFusedConvolutions()).toBeUndefined()
    undo?.()
    expect(engine.customGrad).toBe(stock)
    engine.customGrad = ours
  })
})
