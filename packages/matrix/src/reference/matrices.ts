import { type Array64, build, positions, valueAt } from './array.ts'
import { finish } from './elementwise.ts'
import type { ReferenceKernel, ReferenceKernels } from './kernel.ts'

const transposed = (x: Array64) =>
  build([...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!], (at) =>
    valueAt(x, [...at.slice(0, -2), at.at(-1)!, at.at(-2)!]),
  )

const product: ReferenceKernel = (inputs, { transposeA, transposeB }) => {
  const a = transposeA ? transposed(inputs['a']!) : inputs['a']!
  const b = transposeB ? transposed(inputs['b']!) : inputs['b']!
  const rank = Math.max(a.shape.length, b.shape.length)
  const outer = Array.from({ length: rank - 2 }, (_, axis) =>
    Math.max(a.shape.at(axis - rank) ?? 1, b.shape.at(axis - rank) ?? 1),
  )
  return build([...outer, a.shape.at(-2)!, b.shape.at(-1)!], (at) => {
    const batch = at.slice(0, -2)
    let sum = 0
    for (let k = 0; k < a.shape.at(-1)!; k++) {
      sum += valueAt(a, [...batch, at.at(-2)!, k]) * valueAt(b, [...batch, k, at.at(-1)!])
    }
    return sum
  })
}

/** Sums the product of the operands over every index that the output does not name. */
function einsum(operands: readonly Array64[], equation: string): Array64 {
  const [left, output] = equation.replaceAll(' ', '').split('->') as [string, string]
  const terms = left.split(',')
  const sizes = new Map(terms.flatMap((term, i) => [...term].map((index, axis) => [index, operands[i]!.shape[axis]!])))
  const summed = [...sizes.keys()].filter((index) => !output.includes(index))
  const steps = positions(summed.map((index) => sizes.get(index)!))
  return build(
    [...output].map((index) => sizes.get(index)!),
    (at) => {
      const placeOf = (step: readonly number[]) => (index: string) =>
        output.includes(index) ? at[output.indexOf(index)]! : step[summed.indexOf(index)]!
      return steps.reduce(
        (sum, step) =>
          sum + terms.reduce((factor, term, i) => factor * valueAt(operands[i]!, [...term].map(placeOf(step))), 1),
        0,
      )
    },
  )
}

export const matrices: ReferenceKernels = {
  BatchMatMul: product,
  Einsum: (inputs, { equation }) => einsum(Object.values(inputs), equation),
  _FusedMatMul: (inputs, attrs) => finish(product(inputs, attrs) as Array64, inputs, attrs),
}
