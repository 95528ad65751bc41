import { pad, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { around } from './around.ts'

/** `tf.pad` with zeros, also for more than four axes, which tfjs-backend-webgl cannot pad: these go one after the other. */
export function padAxes(t: Tensor, paddings: readonly (readonly [before: number, after: number])[]): Tensor {
  if (t.rank < 5) return pad(t, [...paddings] as [number, number][])
  return paddings.reduce((padded, [before, after], axis) => {
    if (before === 0 && after === 0) return padded
    const { outer, length, inner } = around(padded.shape, axis)
    const cube = pad(reshape(padded, [outer, length, inner]), [
      [0, 0],
      [before, after],
      [0, 0],
    ])
    return reshape(
      cube,
      padded.shape.map((size, i) => (i === axis ? before + size + after : size)),
    )
  }, t)
}
