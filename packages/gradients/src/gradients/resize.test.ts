import * as tf from '@tensorflow/tfjs-core'
import { describe, it } from 'vitest'
import { expectGradient, given, linear, withGradients } from '../../test/finite-differences.ts'

withGradients()

const sizes: [number, number][] = [
  [8, 6],
  [8, 9],
  [2, 2],
  [4, 3],
  [1, 1],
  [5, 7],
  [3, 8],
]

describe.each([
  ['bilinear', tf.image.resizeBilinear],
  ['nearest', tf.image.resizeNearestNeighbor],
] as const)('the gradient of %s resizing', (_, resize) => {
  describe.each([
    ['from corners', false, false],
    ['with corners aligned', true, false],
    ['between the centres of pixels', false, true],
  ])('%s', (_, alignCorners, halfPixelCenters) => {
    it.each(sizes)('of 4×3 to %i×%i', async (height, width) => {
      await expectGradient(
        (x) => resize(x as tf.Tensor4D, [height, width], alignCorners, halfPixelCenters),
        [given([2, 4, 3, 2], 31)],
        linear,
      )
    })
  })
})
