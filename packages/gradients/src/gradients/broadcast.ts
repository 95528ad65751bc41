import { broadcastTo, reshape, type Tensor, util } from '@tensorflow/tfjs-core'

/**
 * `tf.broadcastTo` with neighbouring axes taken as one where they are treated alike: from five axes on, tfjs-backend-webgpu and
 * tfjs-backend-webgl fetch the numbers from the device, and webgpu cannot without waiting.
 */
export function broadcast(t: Tensor, shape: number[]): Tensor {
  if (util.arraysEqual(t.shape, shape)) return t
  const sizes = [...Array.from({ length: shape.length - t.rank }, () => 1), ...t.shape]
  const from: number[] = []
  const to: number[] = []
  let repeated: boolean | undefined
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue
    const repeats = sizes[axis] === 1
    if (repeats === repeated) {
      from.push(from.pop()! * sizes[axis]!)
      to.push(to.pop()! * size)
    } else {
      from.push(sizes[axis]!)
      to.push(size)
    }
    repeated = repeats
  }
  return reshape(broadcastTo(reshape(t, from), to), shape)
}
