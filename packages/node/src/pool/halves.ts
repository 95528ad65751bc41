import type { NamedArrays, NDArray } from '@explainnet/core'
import type { PassRequest } from './messages.ts'

export const rowsOf = ({ inputs }: PassRequest): number => Object.values(inputs)[0]?.shape[0] ?? 0

/** The rows `from` … `to − 1` of a request, as a request. */
export function part<R extends PassRequest>(request: R, from: number, to: number): R {
  const cut = { ...request, inputs: between(request.inputs, from, to) }
  if (!('score' in request)) return cut
  const { score, reference } = request
  return {
    ...cut,
    score: { ...score, rows: score.rows.slice(from, to) },
    reference: reference && between(reference, from, to),
  }
}

const between = (arrays: NamedArrays, from: number, to: number): NamedArrays =>
  Object.fromEntries(
    Object.entries(arrays).map(
      ([
        name,
        {
          shape: [rows = 0, ...row],
          data,
        },
      ]): [string, NDArray] => {
        const size = data.length / rows
        return [name, { shape: [to - from, ...row], data: data.subarray(from * size, to * size) }]
      },
    ),
  )

/** The result of a pass over the rows of both: numbers one behind the other, batches added. */
export function join<T>(first: T, second: T): T {
  if (first instanceof Float32Array) {
    const both = new Float32Array(first.length + (second as Float32Array).length)
    both.set(first)
    both.set(second as Float32Array, first.length)
    return both as T
  }
  const one = first as Record<string, unknown>
  const other = second as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(one).map(([name, value]) => [
      name,
      name === 'shape' ? joinShapes(value as number[], other['shape'] as number[]) : join(value, other[name]),
    ]),
  ) as T
}

const joinShapes = ([rows = 0, ...row]: readonly number[], other: readonly number[]) => [rows + other[0]!, ...row]
