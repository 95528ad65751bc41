import * as tf from '@tensorflow/tfjs-core'
import { sizeOf, values } from './wasm.ts'

const tensor = (shape: number[], salt = 1) => tf.tensor(values(sizeOf(shape), salt), shape)
const positive = (shape: number[], salt: number) => tf.add(tensor(shape, salt), 1.5)

/** Batch normalisation and its gradients, and the same from its definition. `of` are the statistics' shape. */
export function batchNormalisation(
  of: number[],
  present: { offset?: boolean; scale?: boolean },
): [tf.Tensor[], tf.Tensor[]] {
  const inputs = [
    tensor([2, 3, 4, 5]),
    tensor(of, 2),
    positive(of, 3),
    ...(present.offset ? [tensor(of, 4)] : []),
    ...(present.scale ? [positive(of, 5)] : []),
  ]
  const both = (normalise: typeof tf.batchNorm): tf.Tensor[] => {
    const run = (...given: tf.Tensor[]) => {
      const [x, mean, variance, ...rest] = given as tf.Tensor4D[]
      const offset = present.offset ? rest.shift() : undefined
      return normalise(x!, mean!, variance!, offset, rest[0])
    }
    return [run(...inputs), ...tf.grads((...given) => tf.sum(tf.square(run(...given))))(inputs)]
  }
  const byDefinition = ((x, mean, variance, offset, scale) => {
    const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 0.001)))
    const scaled = scale ? tf.mul(normal, scale) : normal
    return offset ? tf.add(scaled, offset) : scaled
  }) as typeof tf.batchNorm
  return [both(tf.batchNorm), both(byDefinition)]
}
