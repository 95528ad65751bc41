import type { DataType } from '@tensorflow/tfjs-core'

/** Numbers in float64 with a shape, row-major. */
export interface Array64 {
  readonly shape: readonly number[]
  readonly dtype: DataType
  readonly values: Float64Array
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** An array whose value at each position is what `at` says of it. The position is reused: copy it to keep it. */
export function build(
  shape: readonly number[],
  at: (position: number[]) => number,
  dtype: DataType = 'float32',
): Array64 {
  const values = new Float64Array(sizeOf(shape))
  const position = shape.map(() => 0)
  for (let i = 0; i < values.length; i++) {
    values[i] = at(position)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis]!++
      if (position[axis]! < shape[axis]!) break
      position[axis] = 0
    }
  }
  return { shape, dtype, values }
}

/** Where a position lies in the values; axes of length 1 broadcast, and so do missing leading axes. */
export function offsetOf({ shape }: Array64, position: readonly number[]): number {
  const missing = position.length - shape.length
  let offset = 0
  for (let axis = 0; axis < shape.length; axis++) {
    offset = offset * shape[axis]! + (shape[axis] === 1 ? 0 : position[axis + missing]!)
  }
  return offset
}

export const valueAt = (array: Array64, position: readonly number[]): number => array.values[offsetOf(array, position)]!

/** All positions of a shape, in row-major order; each is an array of its own. */
export function positions(shape: readonly number[]): number[][] {
  const all: number[][] = []
  build(shape, (position) => all.push([...position]))
  return all
}
