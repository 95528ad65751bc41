import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { type GradientRegistration, registerGradients } from '../src/index.ts'
import { relativeError, sizeOf, use, values } from './wasm.ts'

/** Registers the gradients of this package, and what wasm needs for them, for the tests of a file. */
export function withGradients(): void {
  let registration: GradientRegistration
  beforeAll(() => {
    registration = registerGradients({ override: true })
  })
  afterAll(() => registration.undo())
}

export interface Given {
  readonly shape: number[]
  readonly values: ArrayLike<number>
}

/** Numbers that depend on the index alone, in [−1, 1) before they are scaled and shifted. */
export const given = (shape: number[], salt = 1, scale = 1, shift = 0): Given => ({
  shape,
  values: values(sizeOf(shape), salt).map((v) => scale * v + shift),
})

export interface Expectation {
  readonly backends?: readonly ('cpu' | 'wasm')[]
  /** Of the difference quotient, which is of fourth order. Default 0.05; half of one is more exact for what is linear in each input. */
  readonly step?: number
  readonly tolerance?: number
}

/** For what is linear in each input. */
export const linear: Expectation = { step: 0.5, tolerance: 1e-5 }

/**
 * Expects ∂Σ wᵢ·f(x)ᵢ by each input, w being fixed numbers, to be the difference quotient, and f to be the same on every backend.
 * The quotient is taken on the cpu backend and summed in float64.
 */
export async function expectGradient(
  f: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  inputs: readonly Given[],
  { backends = ['cpu', 'wasm'], step = 0.05, tolerance = 2e-4 }: Expectation = {},
): Promise<void> {
  await use('cpu')
  const forward = (numbers: readonly ArrayLike<number>[]) =>
    tf.tidy(() => {
      const outputs = f(...inputs.map(({ shape }, i) => tf.tensor(Float32Array.from(numbers[i]!), shape)))
      return [outputs].flat().map((output) => output.dataSync<'float32'>())
    })
  const value = forward(inputs.map(({ values }) => values))
  const weights = value.map((output, i) => values(output.length, 90 + i))
  const score = (numbers: readonly ArrayLike<number>[]) =>
    forward(numbers).reduce(
      (sum, output, i) => sum + Array.from(output).reduce((s, v, j) => s + v * weights[i]![j]!, 0),
      0,
    )
  const expected = inputs.map((input, i) =>
    Float64Array.from(input.values, (_, j) => {
      const at = (delta: number) =>
        score(
          inputs.map(({ values }, k) =>
            k === i ? Float64Array.from(values, (v, l) => (l === j ? v + delta : v)) : values,
          ),
        )
      return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    }),
  )
  for (const backend of backends) {
    await use(backend)
    for (const [i, output] of forward(inputs.map(({ values }) => values)).entries()) {
      expect(relativeError(output, value[i]!), `value ${i} on ${backend}`).toBeLessThan(1e-5)
    }
    const tensors = tf.memory().numTensors
    const gradients = tf.tidy(() =>
      tf
        .grads((...xs) => {
          const outputs = [f(...xs)].flat()
          return tf.addN(outputs.map((output, i) => tf.sum(tf.mul(output, tf.tensor(weights[i]!, output.shape)))))
        })(inputs.map(({ values, shape }) => tf.tensor(Float32Array.from(values), shape)))
        .map((gradient) => gradient.dataSync()),
    )
    expect(tf.memory().numTensors).toBe(tensors)
    for (const [i, gradient] of gradients.entries()) {
      expect(relativeError(gradient, expected[i]!), `input ${i} on ${backend}`).toBeLessThan(tolerance)
    }
  }
}
