import type { Attribution, AttributionMap, NamedArrays } from '@explainnet/core'
import { demand } from './check.ts'

/** One example's part of a map. */
export function example(map: AttributionMap, index: number): Float32Array {
  const length = map.data.length / map.shape[0]!
  return map.data.subarray(index * length, (index + 1) * length)
}

export const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** Demands that two arrays agree: bit by bit with tolerance 0, else within that share of the larger one's largest value. */
export function demandEqual(found: Float32Array, wanted: Float32Array, tolerance: number, what: string): void {
  demand(found.length === wanted.length, `${what}: ${found.length} values instead of ${wanted.length}.`)
  const allowed = tolerance * Math.max(largest(found), largest(wanted))
  found.forEach((value, i) => {
    const other = wanted[i]!
    demand(
      value === other || Math.abs(value - other) <= allowed,
      `${what}: value ${i} is ${value}, and ${other} was expected.`,
    )
  })
}

/** Demands that all maps of two attributions agree. */
export function demandSameMaps(found: Attribution, wanted: Attribution, tolerance: number, what: string): void {
  const names = Object.keys(wanted.maps)
  demand(
    Object.keys(found.maps).join() === names.join(),
    `${what}: maps ${Object.keys(found.maps).join(', ')} instead of ${names.join(', ')}.`,
  )
  for (const name of names) {
    const [now, then] = [found.maps[name]!, wanted.maps[name]!]
    demand(now.shape.join() === then.shape.join(), `${what}: shape [${now.shape}] instead of [${then.shape}].`)
    demandEqual(now.data, then.data, tolerance, `${what}, map '${name}'`)
  }
}

export const sameMaps = (a: Attribution, b: Attribution): boolean =>
  Object.entries(a.maps).every(([name, { data }]) => data.every((value, i) => value === b.maps[name]?.data[i]))

/** Rows `indices` of every array. */
export const rowsOf = (arrays: NamedArrays, indices: readonly number[]): NamedArrays =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => {
      const length = data.length / shape[0]!
      const taken = new Float32Array(indices.length * length)
      indices.forEach((index, i) => {
        taken.set(data.subarray(index * length, (index + 1) * length), i * length)
      })
      return [name, { shape: [indices.length, ...shape.slice(1)], data: taken }]
    }),
  )

/** A deep copy of the numbers. */
export const copyOf = (arrays: NamedArrays): NamedArrays =>
  rowsOf(
    arrays,
    Array.from({ length: sizeOf(arrays) }, (_, i) => i),
  )

export const sizeOf = (arrays: NamedArrays): number => Object.values(arrays)[0]!.shape[0]!
