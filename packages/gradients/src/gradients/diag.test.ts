import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

it.each([[[4]], [[2, 3]]])('the gradient of %j on a diagonal is taken from there', async (shape) => {
  await expectGradient((x) => tf.diag(x), [given(shape, 49)], linear)
})
