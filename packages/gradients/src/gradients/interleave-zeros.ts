import { pad, reshape, slice, type Tensor } from '@tensorflow/tfjs-core'
import { around } from './around.ts'

/** Puts this many zeros between neighbours along an axis. */
export function interleaveZeros(t: Tensor, axis: number, count: number): Tensor {
  const { outer, length, inner } = around(t.shape, axis)
  if (count === 0 || length < 2) return t
  const padded = pad(reshape(t, [outer * length, 1, inner]), [
    [0, 0],
    [0, count],
    [0, 0],
  ])
  const size = (length - 1) * (count + 1) + 1
  const spread = slice(reshape(padded, [outer, length * (count + 1), inner]), [0, 0, 0], [outer, size, inner])
  return reshape(
    spread,
    t.shape.map((n, i) => (i === axis ? size : n)),
  )
}
