import { readFile } from 'node:fs/promises'
import { type AttributionMap, fromPredict, type NDArray } from '@explainnet/core'
import { describe, expect, it } from 'vitest'
import { infidelity } from './infidelity.ts'

/** Class 0 scores w · x, class 1 nothing. */
const linear = (weights: readonly number[]) =>
  fromPredict(
    ({ shape, data }: NDArray) => {
      const scores = Array.from({ length: shape[0]! }, (_, row) =>
        weights.reduce((sum, weight, i) => sum + weight * data[row * weights.length + i]!, 0),
      )
      return { shape: [scores.length, 2], data: Float32Array.from(scores.flatMap((score) => [score, 0])) }
    },
    { inputs: [null, weights.length], outputs: [null, 2] },
  )

const weights = [1, -2, 3, 0.5]
const model = linear(weights)
const input = { shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, -1, 0, 2, 5) }
const gradient = { shape: [2, 4], data: Float32Array.from([...weights, ...weights]) }
const contribution = { shape: [2, 4], data: input.data.map((value, i) => value * weights[i % 4]!) }
const options = { target: 0, samples: 20, normalise: false } as const

describe('infidelity on a linear function', () => {
  it('is zero for the gradient under noise, and for contributions under removal', async () => {
    const noisy = await infidelity(model, input, gradient, { ...options, perturbation: 'noise' })
    const removed = await infidelity(model, input, contribution, { ...options, baseline: 'zero' })
    for (const value of [...noisy.values, ...removed.values]) expect(value).toBeLessThan(1e-9)
    expect(noisy.trivial.random!.difference.high).toBeLessThan(0)
    expect(removed.parameters).toMatchObject({ perturbation: 'removal to zero', samples: 20, space: 'logit' })
  })

  it('of a map of zeros is the mean square of what happens', async () => {
    const changes = { shape: [2, 4], data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 2) }
    const zeros = { shape: [2, 4], data: new Float32Array(8) }
    const { values } = await infidelity(model, input, zeros, { target: 0, perturbation: changes })
    expect(values).toEqual([1, 1])
  })

  it('forgives a map its scale when it is normalised, and nothing else', async () => {
    const scaled = { shape: [2, 4], data: contribution.data.map((value) => -7 * value) }
    const { values } = await infidelity(model, input, scaled, { ...options, baseline: 'zero', normalise: true })
    for (const value of values) expect(value).toBeLessThan(1e-9)
    const unscaled = await infidelity(model, input, scaled, { ...options, baseline: 'zero' })
    expect(Math.min(...unscaled.values)).toBeGreaterThan(1)
  })

  it('is zero for segments whose values add up, wherever the windows cut them', async () => {
    const even = linear([2, 2, 2, 5])
    const ones = { shape: [1, 4], data: new Float32Array(4).fill(1) }
    const segments: AttributionMap = {
      shape: [1, 2],
      data: Float32Array.of(6, 5),
      axes: ['batch', 'segment'],
      domain: 'segments',
      segments: { shape: [1, 4], data: Float32Array.of(0, 0, 0, 1) },
    }
    const { values } = await infidelity(even, ones, segments, { ...options, baseline: 'zero' })
    expect(values[0]).toBeLessThan(1e-9)
  })

  it('costs a pass a sample for all maps together, and does not depend on chunks or mates', async () => {
    const { cost, values } = await infidelity(model, input, contribution, { ...options, baseline: 'mean' })
    expect(cost).toEqual({ forward: 2 * 20 + 2 + 2, backward: 0 })
    const second = (array: NDArray) => ({ shape: [1, 4], data: array.data.slice(4) })
    const alone = await infidelity(model, second(input), second(contribution), { ...options, maxChunk: 3 })
    expect(alone.values[0]).toBe(values[1])
  })
})

it('wants a value for every input value where every value is perturbed', async () => {
  const image = fromPredict(
    ({ shape }: NDArray) => ({ shape: [shape[0]!, 2], data: new Float32Array(2 * shape[0]!) }),
    {
      inputs: [null, 2, 2, 3],
      outputs: [null, 2],
    },
  )
  const x = { shape: [1, 2, 2, 3], data: new Float32Array(12) }
  const map = { shape: [1, 2, 2], data: new Float32Array(4) }
  await expect(infidelity(image, x, map, { perturbation: 'noise' })).rejects.toMatchObject({ code: 'bad-shape' })
})

it('agrees with Captum on a small network', async () => {
  const { infidelity: cases } = JSON.parse(
    await readFile(new URL('../../fixtures/reference.json', import.meta.url), 'utf8'),
  )
  const { first, second, inputs, changes, attributions, target } = cases
  const relu = fromPredict(
    ({ shape, data }: NDArray) => {
      const outputs = Array.from({ length: shape[0]! }, (_, row) => {
        const x = data.subarray(row * shape[1]!, (row + 1) * shape[1]!)
        const hidden = first.map((w: number[]) =>
          Math.max(
            0,
            w.reduce((sum, value, i) => sum + value * x[i]!, 0),
          ),
        )
        return second.map((w: number[]) => w.reduce((sum, value, i) => sum + value * hidden[i], 0))
      })
      return { shape: [outputs.length, second.length], data: Float32Array.from(outputs.flat()) }
    },
    { inputs: [null, first[0].length], outputs: [null, second.length] },
  )
  const array = (rows: number[][]) => ({ shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) })
  for (const normalise of [false, true]) {
    const { values } = await infidelity(relu, array(inputs), array(attributions), {
      target,
      normalise,
      perturbation: array(changes),
      trivial: [],
    })
    const expected: number[] = normalise ? cases.normalised : cases.plain
    values.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4 * expected[i]!)
    })
  }
})
