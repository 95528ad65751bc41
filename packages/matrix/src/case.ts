import type { Tensor } from '@tensorflow/tfjs-core'

// biome-ignore lint/suspicious/noExplicitAny: the operations under test want tensors of every rank
export type AnyTensor = Tensor<any>

/** One float input, by which is differentiated. */
export interface Input {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

export interface Problem {
  readonly inputs: readonly Input[]
  readonly forward: (...inputs: AnyTensor[]) => Tensor
  /** Frees what `build` made. */
  readonly dispose?: () => void
  /**
   * The gradient of Σ weight · output for each input, where finite differences do not say it: at kinks and ties, by their
   * convention.
   */
  readonly gradient?: (weights: Float64Array) => readonly (readonly number[])[]
}

/** One row of the matrix. */
export interface Case {
  readonly name: string
  /** The factories of tfjs-layers that it exercises. */
  readonly layers?: readonly string[]
  /** Makes inputs and the function; a layer is created by it, on the backend in use. */
  readonly build: () => Problem
}

const hash = (index: number, salt: number): number => {
  let state = Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d)
  state = Math.imul(state ^ (state >>> 12), 0x297a2d39)
  return (state ^ (state >>> 15)) >>> 0
}

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/**
 * Evenly spaced numbers between `low` and `high` in an order that looks random: no two are equal, so that no maximum is tied, and
 * none is nearer to an end than half a step.
 */
export function spaced(shape: readonly number[], low = -1, high = 1, seed = 7): Input {
  const size = sizeOf(shape)
  const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => hash(a, seed) - hash(b, seed))
  const values = new Float32Array(size)
  for (const [rank, i] of order.entries()) values[i] = low + ((high - low) * (rank + 0.5)) / size
  return { shape, values }
}

export const given = (shape: readonly number[], values: readonly number[]): Input => ({
  shape,
  values: Float32Array.from(values),
})

/** What each output is weighted by in the scalar that is differentiated: ±0.5 to ±1.5. */
export const weightsFor = (size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => {
    const share = hash(i, 4242) / 2 ** 32
    return Math.fround(share < 0.5 ? share * 2 - 1.5 : share * 2 - 0.5)
  })

/** A shape stands for spaced numbers in it; two inputs of one case are not of the same numbers, nor symmetric about zero. */
export const asInput = (input: Input | readonly number[], seed: number): Input =>
  'values' in input && 'shape' in input ? input : spaced(input as readonly number[], -1, 1.1 + 0.07 * seed, seed)

/** A case of an operation; a shape stands for spaced numbers in it. */
export function op(
  name: string,
  inputs: readonly (Input | readonly number[])[],
  forward: Problem['forward'],
  gradient?: Problem['gradient'],
): Case {
  const made = inputs.map(asInput)
  return { name, build: () => ({ inputs: made, forward, ...(gradient && { gradient }) }) }
}
