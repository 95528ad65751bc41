import {
  add,
  type GradConfig,
  MirrorPad,
  type MirrorPadAttrs,
  pad,
  reshape,
  reverse,
  slice,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { around } from './around.ts'

/** Upstream fault: drops the gradient of the mirrored border. It belongs to the pixels that were mirrored. */
export const mirrorPadGradient: GradConfig = {
  kernelName: MirrorPad,
  gradFunc: (dy, _, attrs) => {
    const { paddings, mode } = attrs as unknown as MirrorPadAttrs
    const edge = mode === 'reflect' ? 1 : 0
    return {
      x: () => paddings.reduce((t, [before, after], axis) => folded(t, axis, before, after, edge), dy as Tensor),
    }
  },
}

/** Adds what lies in front and behind onto what it mirrors; `edge` values at either end are not mirrored. */
function folded(t: Tensor, axis: number, before: number, after: number, edge: number): Tensor {
  if (before === 0 && after === 0) return t
  const { outer, length: padded, inner } = around(t.shape, axis)
  const length = padded - before - after
  const cube = reshape(t, [outer, padded, inner])
  const part = (from: number, size: number) => slice(cube, [0, from, 0], [outer, size, inner])
  const mirrored = (from: number, size: number, at: number) =>
    pad(size === 1 ? part(from, size) : reverse(part(from, size), 1), [
      [0, 0],
      [at, length - at - size],
      [0, 0],
    ])
  let sum: Tensor = part(before, length)
  if (before > 0) sum = add(sum, mirrored(0, before, edge))
  if (after > 0) sum = add(sum, mirrored(before + length, after, length - after - edge))
  return reshape(
    sum,
    t.shape.map((size, i) => (i === axis ? length : size)),
  )
}
