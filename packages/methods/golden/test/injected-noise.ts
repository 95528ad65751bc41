import type { AttributionMethod, RandomStream, Task } from '@explainnet/core'

/**
 * The method with the noise of its samples given: `normals[sample]`, in row-major order, in place of what its streams
 * would draw. The streams are told apart by the last two numbers of their path, sample and input.
 */
export function withNoise(
  method: AttributionMethod<'gradients'>,
  normals: readonly ArrayLike<number>[],
): AttributionMethod<'gradients'> {
  const random = (...path: number[]): RandomStream => {
    const draws = normals[path.at(-2)!]!
    let next = 0
    return { normal: () => draws[next++]! } as RandomStream
  }
  return { ...method, attribute: (task) => method.attribute({ ...task, random } satisfies Task as typeof task) }
}

/** Normals that a tunnel of this noise turns into `noise` at an input. */
export function normalsFor(noise: ArrayLike<number>, input: Float32Array, share: number): Float64Array {
  const range = input.reduce((a, b) => Math.max(a, b)) - input.reduce((a, b) => Math.min(a, b))
  return Float64Array.from(noise, (value) => value / (share * range))
}
