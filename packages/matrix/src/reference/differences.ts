import { engine, getBackend, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type Input, type Problem, weightsFor } from '../case.ts'
import { referenceBackend, registerReference } from './backend.ts'

/** What a case should give. */
export interface Reference {
  /** The output of the function. */
  readonly output: readonly number[]
  /** For each input the slopes of Σ weight · output along its {@link directions}. */
  readonly slopes: readonly (readonly number[])[]
}

const mostDirections = 12

/**
 * An input's directions: a few elements each, moved by ±1; together they move every element once, so that a wrong element is
 * seen. An input of few elements has one direction an element.
 */
function directions(size: number): readonly (readonly { readonly index: number; readonly sign: number }[])[] {
  const count = Math.min(size, mostDirections)
  return Array.from({ length: count }, (_, k) => {
    const members = []
    // Signs that are no pattern of rows or channels.
    for (let index = k; index < size; index += count) members.push({ index, sign: (index * 7919) % 11 < 5 ? -1 : 1 })
    return members
  })
}

/** The slopes of a gradient along the directions of its input. */
export const slopesOf = (gradient: ArrayLike<number>): number[] =>
  directions(gradient.length).map((members) =>
    members.reduce((sum, { index, sign }) => sum + sign * gradient[index]!, 0),
  )

// Central differences err by the third derivative times step²/6, and by rounding, 1e-16 / step: both near 1e-10.
const step = 1e-5

/** Output and slopes in float64; the backend in use is another one only meanwhile. */
export async function referenceOf(build: () => Problem): Promise<Reference> {
  registerReference()
  const before = getBackend()
  await setBackend(referenceBackend)
  try {
    const problem = build()
    const { inputs, forward, gradient } = problem
    const run = (changed?: number, values?: Float64Array): number[] =>
      tidy(() => {
        const tensors = inputs.map((input, i) => tensor64(input.shape, i === changed ? values! : input.values))
        return Array.from(forward(...tensors).dataSync())
      })
    const output = run()
    const weights = weightsFor(output.length)
    if (gradient) return { output, slopes: gradient(weights).map(slopesOf) }
    const score = (i: number, values: Float64Array) =>
      run(i, values).reduce((sum, value, k) => sum + weights[k]! * value, 0)
    const slopes = inputs.map(({ values }: Input, i) =>
      directions(values.length).map((members) => {
        const moved = (by: number) => {
          const copy = Float64Array.from(values)
          for (const { index, sign } of members) copy[index]! += by * sign
          return score(i, copy)
        }
        return (moved(step) - moved(-step)) / (2 * step)
      }),
    )
    problem.dispose?.()
    return { output, slopes }
  } finally {
    await setBackend(before)
  }
}

// tf.tensor would round to float32.
const tensor64 = (shape: readonly number[], values: ArrayLike<number>): Tensor =>
  engine().makeTensor(Float64Array.from(values) as unknown as Float32Array, [...shape], 'float32')
