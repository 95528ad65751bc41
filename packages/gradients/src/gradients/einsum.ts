import {
  Einsum,
  type EinsumAttrs,
  type GradConfig,
  matMul,
  mul,
  reshape,
  sum,
  type Tensor,
  transpose,
  util,
} from '@tensorflow/tfjs-core'
import { broadcast } from './broadcast.ts'

/** A tensor whose axes have names: one letter each. */
export interface Named {
  readonly tensor: Tensor
  readonly axes: string
}

/** Upstream fault: none. The gradient of an operand is a product of the output's with the other operand, as matrices. */
export const einsumGradient: GradConfig = {
  kernelName: Einsum,
  saveAllInputs: true,
  gradFunc: (dy, saved, attrs) => {
    const { equation } = attrs as unknown as EinsumAttrs
    const [left, axes] = equation.replace(/\s/g, '').split('->') as [string, string]
    const terms = left.split(',')
    const output: Named = { tensor: dy as Tensor, axes }
    const gradientOf = (i: number) => () => {
      const own = terms[i]!
      const product =
        terms.length === 1 ? output : contract(output, { tensor: saved[1 - i]!, axes: terms[1 - i]! }, own)
      return spread(product, own, saved[i]!.shape)
    }
    return Object.fromEntries(terms.map((_, i) => [i, gradientOf(i)]))
  },
}

const only = (axes: string, test: (axis: string) => boolean) => [...axes].filter(test).join('')

/** Σ a·b over what `wanted` does not name. */
export function contract(a: Named, b: Named, wanted: string): Named {
  const inA = (axis: string) => a.axes.includes(axis)
  const inB = (axis: string) => b.axes.includes(axis)
  const isWanted = (axis: string) => wanted.includes(axis)
  const batch = only(a.axes, (axis) => inB(axis) && isWanted(axis))
  const summed = only(a.axes, (axis) => inB(axis) && !isWanted(axis))
  const rows = only(a.axes, (axis) => !inB(axis) && isWanted(axis))
  const columns = only(b.axes, (axis) => !inA(axis) && isWanted(axis))
  const [A, B] = [arranged(a, batch + rows + summed), arranged(b, batch + summed + columns)]
  const sizes = new Map(
    [a, b].flatMap(({ tensor, axes }) => [...axes].map((axis, i) => [axis, tensor.shape[i]!] as const)),
  )
  const shape = (axes: string) => [...axes].map((axis) => sizes.get(axis)!)
  const size = (axes: string) => util.sizeFromShape(shape(axes))
  const [left, right] = [
    reshape(A, [size(batch), size(rows), size(summed)]),
    reshape(B, [size(batch), size(summed), size(columns)]),
  ]
  // An outer product needs no sum.
  const product = summed === '' ? mul(left, right) : matMul(left, right)
  const axes = batch + rows + columns
  return { tensor: reshape(product, shape(axes)), axes }
}

/** The axes in this order, summed over those that it leaves out. */
export function arranged({ tensor, axes }: Named, order: string): Tensor {
  const left = only(axes, (axis) => order.includes(axis))
  const missing = [...axes].flatMap((axis, i) => (order.includes(axis) ? [] : [i]))
  const summed = missing.length > 0 ? sum(tensor, missing) : tensor
  return transpose(
    summed,
    [...order].map((axis) => left.indexOf(axis)),
  )
}

/** An axis that the equation sums over in one operand alone has the same gradient everywhere. */
function spread(product: Named, axes: string, shape: number[]): Tensor {
  const there = only(axes, (axis) => product.axes.includes(axis))
  const kept = shape.map((size, i) => (there.includes(axes[i]!) ? size : 1))
  return broadcast(reshape(arranged(product, there), kept), shape)
}
