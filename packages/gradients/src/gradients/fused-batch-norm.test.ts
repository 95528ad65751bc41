import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { given, withGradients } from '../../test/finite-differences.ts'
import { relativeError, use } from '../../test/wasm.ts'

withGradients()

const tensor = ({ shape, values }: ReturnType<typeof given>) => tf.tensor(Float32Array.from(values), shape)

describe('the gradient of a normalisation', () => {
  it.each([[[6]], [[1, 4, 1, 1]], [[3, 4, 5, 6]]])(
    'by statistics of shape %j is that of its definition',
    async (shape) => {
      await use('cpu')
      const dy = tensor(given([3, 4, 5, 6], 58))
      const inputs = [
        given([3, 4, 5, 6], 53),
        given(shape, 54),
        given(shape, 55, 0.2, 1),
        given(shape, 56),
        given(shape, 57),
      ].map(tensor)
      const { gradFunc } = tf.getGradient('FusedBatchNorm')!
      const [x, mean, variance, , scale] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      const ours = gradFunc(dy, [x, mean, variance, scale], { varianceEpsilon: 0.01 } as never)
      const wanted = tf.grads((x, mean, variance, offset, scale) =>
        tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 0.01))), scale), offset),
      )(inputs, dy)
      for (const [i, name] of ['x', 'mean', 'variance', 'offset', 'scale'].entries()) {
        const gradient = ours[name]!()
        expect(gradient.shape).toEqual(wanted[i]!.shape)
        expect(relativeError(gradient.dataSync(), wanted[i]!.dataSync()), name).toBeLessThan(1e-5)
      }
    },
  )
})
