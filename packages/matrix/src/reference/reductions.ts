import { util } from '@tensorflow/tfjs-core'
import { type Array64, build, positions, valueAt } from './array.ts'
import type { ReferenceKernel, ReferenceKernels } from './kernel.ts'

/** The values along one axis or several, for each position of what is left: `f` reduces them. */
function reduce(
  x: Array64,
  axis: number | readonly number[] | null | undefined,
  keepDims: boolean,
  f: (values: number[]) => number,
  dtype = x.dtype,
): Array64 {
  const axes = util.parseAxisParam([...(typeof axis === 'number' ? [axis] : (axis ?? x.shape.keys()))], [...x.shape])
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size))
  const over = positions(x.shape.map((size, i) => (axes.includes(i) ? size : 1)))
  const reduced = build(
    kept,
    (at) =>
      f(
        over.map((step) =>
          valueAt(
            x,
            at.map((i, a) => i + step[a]!),
          ),
        ),
      ),
    dtype,
  )
  return keepDims ? reduced : { ...reduced, shape: x.shape.filter((_, i) => !axes.includes(i)) }
}

const total = (values: number[]) => values.reduce((a, b) => a + b, 0)
const product = (values: number[]) => values.reduce((a, b) => a * b, 1)
const largest = (values: number[]) => values.reduce((a, b) => Math.max(a, b))
const smallest = (values: number[]) => values.reduce((a, b) => Math.min(a, b))

const reduction =
  (f: (values: number[]) => number): ReferenceKernel =>
  ({ x }, { axis, keepDims }) =>
    reduce(x!, axis, keepDims, f)

const indexOf =
  (f: (values: number[]) => number): ReferenceKernel =>
  ({ x }, { axis }) =>
    reduce(x!, axis, false, (values) => values.indexOf(f(values)), 'int32')

/** At each position of an axis, what `f` makes of the values up to there. */
const scan =
  (f: (values: number[]) => number): ReferenceKernel =>
  ({ x }, { axis, exclusive, reverse }) => {
    const along = (axis + x!.shape.length) % x!.shape.length
    return build(x!.shape, (at) => {
      const seen: number[] = []
      for (let i = 0; i < x!.shape[along]!; i++) {
        const before = reverse ? i > at[along]! : i < at[along]!
        if (before || (!exclusive && i === at[along])) seen.push(valueAt(x!, at.with(along, i)))
      }
      return f(seen)
    })
  }

/** Each value beside all of its row, the last axis. */
const alongRows = (x: Array64, axis: number, f: (value: number, row: number[]) => number): Array64 =>
  build(x.shape, (at) =>
    f(
      valueAt(x, at),
      Array.from({ length: x.shape.at(axis)! }, (_, i) => valueAt(x, at.with(axis, i))),
    ),
  )

const logSumExp = (row: number[]) => {
  const top = largest(row)
  return top + Math.log(total(row.map((v) => Math.exp(v - top))))
}

export const reductions: ReferenceKernels = {
  All: reduction((values) => +values.every((v) => v !== 0)),
  Any: reduction((values) => +values.some((v) => v !== 0)),
  Max: ({ x }, { reductionIndices, keepDims }) => reduce(x!, reductionIndices, keepDims, largest),
  Mean: reduction((values) => total(values) / values.length),
  Min: reduction(smallest),
  Prod: reduction(product),
  Sum: reduction(total),
  ArgMax: indexOf(largest),
  ArgMin: indexOf(smallest),
  Cumprod: scan(product),
  Cumsum: scan(total),
  Softmax: ({ logits }, { dim }) => alongRows(logits!, dim, (v, row) => Math.exp(v - logSumExp(row))),
  TopK: ({ x }, { k }) => {
    const shape = [...x!.shape.slice(0, -1), k]
    const order = (at: number[]) =>
      Array.from({ length: x!.shape.at(-1)! }, (_, i) => i)
        .map((i) => ({ i, value: valueAt(x!, at.with(-1, i)) }))
        .sort((a, b) => b.value - a.value || a.i - b.i)[at.at(-1)!]!
    return [build(shape, (at) => order(at).value), build(shape, (at) => order(at).i, 'int32')]
  },
}
