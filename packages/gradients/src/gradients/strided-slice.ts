import {
  type GradConfig,
  reshape,
  reverse,
  StridedSlice,
  type StridedSliceAttrs,
  slice_util,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core'
import { interleaveZeros } from './interleave-zeros.ts'
import { padAxes } from './pad-axes.ts'

/** Upstream fault: none. Each number of the output goes back to where it was taken from. */
export const stridedSliceGradient: GradConfig = {
  kernelName: StridedSlice,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({ x: () => putBack(dy as Tensor, x!.shape, attrs as unknown as StridedSliceAttrs) }),
}

function putBack(dy: Tensor, shape: number[], attrs: StridedSliceAttrs): Tensor {
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs
  const { begin, end, strides } = slice_util.sliceInfo(
    shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  )
  const counts = slice_util.computeOutShape(begin, end, strides)
  if (counts.some((count) => count <= 0)) return zeros(shape)
  const backward = strides.flatMap((stride, axis) => (stride < 0 ? [axis] : []))
  let taken = reshape(dy, counts)
  if (backward.length > 0) taken = reverse(taken, backward)
  const spread = strides.reduce((t, stride, axis) => interleaveZeros(t, axis, Math.abs(stride) - 1), taken)
  const before = begin.map((first, axis) => (strides[axis]! < 0 ? first + (counts[axis]! - 1) * strides[axis]! : first))
  return padAxes(
    spread,
    before.map((first, axis) => [first, shape[axis]! - first - spread.shape[axis]!] as [number, number]),
  )
}
