import type { NamedArrays, NDArray } from './api.ts'

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** Row `index` of an array whose first axis is the batch: a view. */
export function rowOf(array: NDArray, index: number): Float32Array {
  const size = sizeOf(array.shape.slice(1))
  return array.data.subarray(index * size, (index + 1) * size)
}

/** Rows `indices` of every array, copied. */
export function takeRows(arrays: NamedArrays, indices: readonly number[]): NamedArrays {
  const taken: Record<string, NDArray> = {}
  for (const [name, array] of Object.entries(arrays)) {
    const size = sizeOf(array.shape.slice(1))
    const data = new Float32Array(indices.length * size)
    indices.forEach((index, i) => {
      data.set(rowOf(array, index), i * size)
    })
    taken[name] = { shape: [indices.length, ...array.shape.slice(1)], data }
  }
  return taken
}

/** Batches of the same arrays, one behind the other: copied, unless there is only one. */
export function stackRows(parts: readonly NamedArrays[]): NamedArrays {
  if (parts.length === 1) return parts[0]!
  const stacked: Record<string, NDArray> = {}
  for (const [name, { shape }] of Object.entries(parts[0]!)) {
    const rows = parts.reduce((sum, part) => sum + part[name]!.shape[0]!, 0)
    const data = new Float32Array(rows * sizeOf(shape.slice(1)))
    let at = 0
    for (const part of parts) {
      data.set(part[name]!.data, at)
      at += part[name]!.data.length
    }
    stacked[name] = { shape: [rows, ...shape.slice(1)], data }
  }
  return stacked
}

export function firstNonFinite(data: Float32Array | Float64Array): number {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i
  return -1
}

/** Bytes that came in parts, in one piece. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
