import { type GradConfig, reshape, sum, type Tensor, Tile, type TileAttrs } from '@tensorflow/tfjs-core'
import { around } from './around.ts'

/**
 * Upstream fault: throws for rank five and above, and takes a slice and an addition for each copy. The gradient of `broadcastTo` is
 * this one, too.
 */
export const tileGradient: GradConfig = {
  kernelName: Tile,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({
    x: () => {
      const { reps } = attrs as unknown as TileAttrs
      const sums = reps.reduce((t, copies, axis) => {
        if (copies === 1) return t
        const { outer, inner } = around(t.shape, axis)
        const length = x!.shape[axis]!
        const summed = sum(reshape(t, [outer, copies, length * inner]), 1)
        return reshape(
          summed,
          t.shape.map((size, i) => (i === axis ? length : size)),
        )
      }, dy as Tensor)
      return sums === dy ? sums.clone() : sums
    },
  }),
}
