import { grads, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { type Case, type Problem, weightsFor } from './case.ts'
import { type Reference, slopesOf } from './reference/differences.ts'

/**
 * How a case went on a backend: the largest error of the output and of the gradient, relative to the largest value of the
 * reference (absolute where that is zero), or what was thrown instead.
 */
export interface Cell {
  readonly value: number | string
  readonly gradient: number | string
}

export type Status = 'right' | 'wrong' | 'throws' | 'missing'

/** The largest relative error that counts as right. Kernels in float32 on processors err by 1e-6; GPUs approximate, fewer bits in convolutions among it. */
export const tolerance = (backend: string): number => (/gpu|webgl/.test(backend) ? 2e-3 : 1e-4)

/** Runs a case on the backend in use. */
export async function check({ build }: Case, reference: Reference): Promise<Cell> {
  let problem: Problem
  try {
    problem = build()
  } catch (error) {
    return { value: messageOf(error), gradient: messageOf(error) }
  }
  const inputs = problem.inputs.map(({ shape, values }) => tensor(Float32Array.from(values), [...shape]))
  try {
    const value = await attempt(async () =>
      largestError(await read(tidy(() => problem.forward(...inputs))), reference.output),
    )
    const gradient = await attempt(async () => {
      const gradients = tidy(() => {
        const { size, shape } = problem.forward(...inputs)
        return grads(problem.forward)(inputs, tensor(Float32Array.from(weightsFor(size)), shape))
      })
      let worst = 0
      for (const [i, one] of gradients.entries()) {
        if (one.size !== inputs[i]!.size) throw new Error(`The gradient has the shape [${one.shape}].`)
        worst = largest(worst, largestError(slopesOf(await read(one)), reference.slopes[i]!))
      }
      return worst
    })
    return { value, gradient }
  } finally {
    for (const input of inputs) input.dispose()
    problem.dispose?.()
  }
}

/** `right` within the tolerance of the backend; `missing` where it lacks a kernel. */
export function statusOf({ value, gradient }: Cell, backend: string): Status {
  const thrown = [value, gradient].filter((part) => typeof part === 'string')
  if (thrown.some((message) => /not registered for backend/.test(message))) return 'missing'
  if (thrown.length > 0) return 'throws'
  return [value, gradient].every((error) => (error as number) <= tolerance(backend)) ? 'right' : 'wrong'
}

async function attempt(measure: () => Promise<number>): Promise<number | string> {
  try {
    return await measure()
  } catch (error) {
    return messageOf(error)
  }
}

async function read(x: Tensor): Promise<ArrayLike<number>> {
  const values = await x.data()
  x.dispose()
  return values
}

const messageOf = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 200)

/** NaN counts as larger than anything. */
const largest = (a: number, b: number) => (b <= a ? a : Number.isNaN(b) ? Number.POSITIVE_INFINITY : b)

function largestError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) throw new Error(`${actual.length} values came, not ${expected.length}.`)
  const scale = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  const error = expected.reduce((worst, value, i) => largest(worst, Math.abs(actual[i]! - value)), 0)
  return scale > 0 ? error / scale : error
}
