import { fromPredict, type NDArray } from '@explainnet/core'
import { expect, it } from 'vitest'
import { dropAndIncrease } from './drop.ts'

/** p = ¼ Σ weights · x, of class 1. */
const weights = [1, 1, 1, -1]
const model = fromPredict(
  ({ shape, data }: NDArray) => {
    const p = Array.from({ length: shape[0]! }, (_, row) =>
      weights.reduce((sum, weight, i) => sum + 0.25 * weight * data[4 * row + i]!, 0),
    )
    return { shape: [p.length, 2], data: Float32Array.from(p.flatMap((value) => [1 - value, value])) }
  },
  { inputs: [null, 4], outputs: [null, 2], output: 'probabilities' },
)
const input = { shape: [2, 4], data: new Float32Array(8).fill(1) }
const options = { target: 1, trivial: [] } as const

it('keeps what lies above the value at place ⌊N · fraction⌋ of the map sorted downwards', async () => {
  // Kept: the first position alone, then the first three.
  const map = { shape: [2, 4], data: Float32Array.of(4, 3, 2, 1, 4, 3, 2, 1) }
  const one = await dropAndIncrease(model, input, map, { ...options, fraction: 0.3 })
  expect(one.drop.values).toEqual([0.5, 0.5])
  expect(one.increase.values).toEqual([0, 0])
  const three = await dropAndIncrease(model, input, map, { ...options, fraction: 0.9 })
  expect(three.drop.values).toEqual([0, 0])
  expect(three.increase).toMatchObject({ values: [1, 1], interval: { mean: 1, low: 1, high: 1, n: 2 } })
  expect(three.drop.parameters).toMatchObject({ definition: 'keep-top', fraction: 0.9, space: 'probability' })
})

it('multiplies by the positive part over its maximum, by the paper', async () => {
  const map = { shape: [2, 4], data: Float32Array.of(1, 2, 4, -4, 0, 0, -1, 0) }
  const { drop, increase } = await dropAndIncrease(model, input, map, { ...options, definition: 'explanation-map' })
  // 0.25 + 0.5 + 1 quarters of 2 are left of the first; of the second nothing.
  expect(drop.values).toEqual([0.125, 1])
  expect(increase.values).toEqual([0, 0])
})

it('of a constant map keeps nothing, and says so', async () => {
  const map = { shape: [2, 4], data: new Float32Array(8).fill(3) }
  const { drop } = await dropAndIncrease(model, input, map, options)
  expect(drop.values).toEqual([1, 1])
  expect(drop.warnings.map(({ code, example }) => [code, example])).toEqual([
    ['constant-map', 0],
    ['constant-map', 1],
  ])
})

it('of an example without probability has nothing to drop', async () => {
  const zero = { shape: [1, 4], data: new Float32Array(4) }
  const map = { shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) }
  const { drop, increase } = await dropAndIncrease(model, zero, map, options)
  expect(drop.values).toEqual([0])
  expect(increase.values).toEqual([0])
})

it('costs a pass for the example and one for every map', async () => {
  const map = { shape: [2, 4], data: Float32Array.of(4, 3, 2, 1, 4, 3, 2, 1) }
  const { drop } = await dropAndIncrease(model, input, map, { target: 1 })
  expect(drop.cost).toEqual({ forward: 2 * 3, backward: 0 })
  expect(Object.keys(drop.trivial)).toEqual(['random'])
})
