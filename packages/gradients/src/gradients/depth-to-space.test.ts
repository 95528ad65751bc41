import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

it('the gradient of depth to space moves each block back into the channels', async () => {
  await expectGradient((x) => tf.depthToSpace(x as tf.Tensor4D, 2), [given([2, 2, 3, 8], 45)], linear)
})
