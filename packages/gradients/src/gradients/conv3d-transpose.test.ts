import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

it.each([
  ['same', [2, 4, 4, 3, 2]],
  ['valid', [2, 5, 4, 4, 2]],
] as const)('the gradient of a transposed convolution of volumes, padding %s', async (pad, shape) => {
  const size = [...shape] as [number, number, number, number, number]
  const output = pad === 'same' ? [2, 2, 2, 2, 3] : [2, 2, 2, 2, 3]
  await expectGradient(
    (x, filter) => tf.conv3dTranspose(x as tf.Tensor5D, filter as tf.Tensor5D, size, 2, pad),
    [given(output, 43), given([3, 2, 2, 2, 3], 44)],
    linear,
  )
})
