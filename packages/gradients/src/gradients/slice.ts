import { type GradConfig, Slice, type SliceAttrs, slice_util, type Tensor } from '@tensorflow/tfjs-core'
import { padAxes } from './pad-axes.ts'

/** Upstream fault: pads more axes at once than tfjs-backend-webgl can, so that the gradient of a slice or split of volumes throws. */
export const sliceGradient: GradConfig = {
  kernelName: Slice,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => {
    const { begin, size } = attrs as unknown as SliceAttrs
    const { shape } = x!
    const [from, sizes] = slice_util.parseSliceParams(x!, begin, size)
    return {
      x: () =>
        padAxes(
          dy as Tensor,
          from!.map((start, axis) => [start, shape[axis]! - start - sizes![axis]!] as const),
        ),
    }
  },
}
