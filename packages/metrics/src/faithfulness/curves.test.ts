import { fromPredict, type NDArray, randomStream } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import { deletion, insertion } from './curves.ts'
import { kernelBlur } from './hidden.ts'

/** The probability of class 1 is the mean of the channels' mean over positions, weighted. */
const weighted = (weights: readonly number[], channels = 1) =>
  fromPredict(
    ({ shape, data }: NDArray) => {
      const size = weights.length * channels
      const p = Array.from({ length: shape[0]! }, (_, row) =>
        weights.reduce((sum, weight, position) => sum + weight * data[row * size + position * channels]!, 0),
      )
      return { shape: [p.length, 2], data: Float32Array.from(p.flatMap((value) => [1 - value, value])) }
    },
    {
      inputs: channels === 1 ? [null, weights.length] : [null, weights.length, channels],
      outputs: [null, 2],
      output: 'probabilities',
    },
  )

const ones = (n: number, size: number): NDArray => ({ shape: [n, size], data: new Float32Array(n * size).fill(1) })
const model = weighted([0.1, 0.2, 0.3, 0.4])
const right = { shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) }

describe('deletion and insertion of a weighted sum', () => {
  it('have the areas that the trapezoid rule gives by hand', async () => {
    const options = { target: 1, steps: 4, trivial: [] } as const
    const deleted = await deletion(model, ones(1, 4), right, options)
    expect(deleted.curves[0]!.map((p) => Math.round(p * 1e6) / 1e6)).toEqual([1, 0.6, 0.3, 0.1, 0])
    expect(deleted.values[0]).toBeCloseTo((0.5 + 0.6 + 0.3 + 0.1) / 4, 6)
    const inserted = await insertion(model, ones(1, 4), right, { ...options, baseline: 'zero' })
    expect(inserted.values[0]).toBeCloseTo((0.4 + 0.7 + 0.9 + 0.5) / 4, 6)
    expect(inserted.interval).toMatchObject({ n: 1, mean: inserted.values[0] })
  })

  it('average over baselines, and give each alone', async () => {
    const options = { target: 1, steps: 4, trivial: [], baseline: ['zero', { value: 0.5 }] } as const
    const { values, baselines } = await deletion(model, ones(1, 4), right, options)
    const alone = 0.375
    expect(baselines.map(({ name }) => name)).toEqual(['zero', 'value 0.5'])
    expect(baselines.map((one) => one.values[0])).toEqual([
      expect.closeTo(alone, 6),
      expect.closeTo(0.5 + alone / 2, 6),
    ])
    expect(values[0]).toBeCloseTo((alone + 0.5 + alone / 2) / 2, 6)
  })

  it('hide whole positions, by the sum of their channels', async () => {
    const channels = weighted([0.1, 0.2, 0.3, 0.4], 2)
    const input = { shape: [1, 4, 2], data: new Float32Array(8).fill(1) }
    const map = { shape: [1, 4, 2], data: Float32Array.of(9, -9, 9, -8, 9, -7, 9, -6) }
    const { curves } = await deletion(channels, input, map, { target: 1, steps: 4, trivial: [] })
    expect(curves[0]!.map((p) => Math.round(p * 1e6) / 1e6)).toEqual([1, 0.6, 0.3, 0.1, 0])
  })

  it('cost the passes that their description says', async () => {
    const { cost, parameters } = await deletion(model, ones(3, 4), ones(3, 4), { steps: 5, target: 1 })
    // 3 examples × (4 points × 2 maps + 1 for the example), and for a shared baseline its scores and its class.
    expect(cost).toEqual({ forward: 3 * (4 * 2 + 1) + 2, backward: 0 })
    expect(parameters).toMatchObject({ steps: 5, baselines: ['zero'], space: 'probability' })
  })
})

it('an order of equal values is the random one, whatever stands beside it', async () => {
  const flat = await deletion(model, ones(1, 4), ones(1, 4), { target: 1, steps: 4, seed: 3 })
  expect(flat.values).toEqual(flat.trivial.random!.values)
  expect(flat.trivial.random!.difference.mean).toBe(0)
  expect(flat.warnings).toEqual([expect.objectContaining({ code: 'constant-map', example: 0 })])
})

it('an example has the same value alone, in another place and in chunks of any size', async () => {
  const random = randomStream(1)
  const draw = (n: number) => ({ shape: [n, 4], data: Float32Array.from({ length: 4 * n }, () => random.uniform()) })
  const [input, map] = [draw(3), draw(3)]
  const last = ({ data }: NDArray) => ({ shape: [1, 4], data: data.slice(8) })
  const options = { target: 1, steps: 3 } as const
  const together = await insertion(model, input, map, options)
  const alone = await insertion(model, last(input), last(map), { ...options, maxChunk: 1 })
  expect(together.values[2]).toBe(alone.values[0])
  expect(together.trivial.random!.values[2]).toBe(alone.trivial.random!.values[0])
})

it('a blur of 11 taps keeps constants and the total of what lies inside', () => {
  const impulse = new Float32Array(41 * 2)
  impulse[40] = 1
  const { data } = kernelBlur({ shape: [1, 41, 2], data: impulse }, { blur: 5, size: 11 }, true)
  const taps = Array.from({ length: 11 }, (_, i) => Math.exp(-((i - 5) ** 2) / 50))
  const total = taps.reduce((a, b) => a + b)
  taps.forEach((tap, i) => {
    expect(data[2 * (15 + i)]).toBeCloseTo(tap / total, 6)
  })
  expect(data.filter((value) => value !== 0).length).toBe(11)
})

it('refuses impossible steps, maps of another shape, and stops when told to', async () => {
  const input = ones(1, 4)
  await expect(deletion(model, input, input, { steps: 0 })).rejects.toMatchObject({ code: 'bad-option' })
  await expect(deletion(model, input, ones(1, 5))).rejects.toMatchObject({ code: 'bad-shape' })
  await expect(deletion(model, input, input, { baseline: { blur: 5, size: 4 } })).rejects.toMatchObject({
    code: 'unknown-baseline',
  })
  await expect(deletion(model, input, input, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
  })
})
