import { fromPredict, type NDArray } from '@explainnet/core'
import { expect, it } from 'vitest'
import { completeness } from './completeness.ts'

const model = fromPredict(
  ({ shape, data }: NDArray) => ({
    shape: [shape[0]!, 2],
    data: Float32Array.from({ length: 2 * shape[0]! }, (_, i) => (i % 2 === 0 ? data[i]! + 2 * data[i + 1]! : 0)),
  }),
  { inputs: [null, 2], outputs: [null, 2] },
)
const input = { shape: [1, 2], data: Float32Array.of(1, 2) }
const map = (...values: number[]) => ({ shape: [1, 2], data: Float32Array.from(values) })

it('is the relative gap between the sum and the difference of scores', async () => {
  const options = { target: 0, baseline: 'zero', trivial: [] } as const
  // f(x) − f(0) is 5.
  expect((await completeness(model, input, map(1, 4), options)).values).toEqual([0])
  expect((await completeness(model, input, map(1, 3), options)).values).toEqual([0.2])
  expect((await completeness(model, input, map(0, 0), options)).values).toEqual([1])
  // Against half of it, from the mean of two baselines.
  const halved = { ...options, baseline: ['zero', { inputs: { shape: [2], data: Float32Array.of(1, 2) } }] } as const
  expect((await completeness(model, input, map(1, 1.5), halved)).values).toEqual([0])
})

it('stays finite where the scores agree: then it is measured against a tenth of the magnitude', async () => {
  const options = { target: 1, baseline: 'zero', trivial: [] } as const
  expect((await completeness(model, input, map(1, -0.5), options)).values[0]).toBeCloseTo(0.5 / 0.15, 6)
  expect((await completeness(model, input, map(0, 0), options)).values).toEqual([0])
})
