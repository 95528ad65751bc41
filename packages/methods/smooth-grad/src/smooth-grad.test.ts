import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { type AttributionMethod, apiVersion, explain, fromFunction } from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { saliency } from '@explainnet/saliency'
import { beforeAll, describe, expect, it } from 'vitest'
import { smoothGrad, smoothGradSquared, varGrad } from './index.ts'
import { runningStatistics } from './statistics.ts'

beforeAll(() => tf.setBackend('cpu'))

const rows = (...values: number[][]) => ({
  shape: [values.length, values[0]!.length],
  data: Float32Array.from(values.flat()),
})

/** Scores: Σ x² and Σ 3x. */
const quadratic = fromFunction((x: tf.Tensor) => tf.stack([tf.sum(tf.square(x), 1), tf.mul(3, tf.sum(x, 1))], 1), {
  inputs: [null, 3],
  outputs: [null, 2],
})
const input = rows([1, 2, 5], [0, -1, 0.5])

describe('the noise tunnel', () => {
  it('returns the mean gradient: of a quadratic, twice the mean noisy input', async () => {
    const samples = 4000
    const { values } = await explain(quadratic, rows([1, 2, 5]), smoothGrad(saliency(), { samples }), { target: 0 })
    // σ = 0.15·4; the mean of n draws of 2σz lies within 4 standard errors.
    const bound = (4 * 2 * 0.6) / Math.sqrt(samples)
    values.forEach((value, i) => {
      expect(Math.abs(value - 2 * input.data[i]!)).toBeLessThan(bound)
    })
  })

  it('scales its noise by the range of each input: VarGrad of a quadratic is 4σ², σ the share of max − min', async () => {
    const { values } = await explain(quadratic, input, varGrad(saliency(), { samples: 4000, noise: 0.25 }), {
      target: 0,
    })
    const variances = [4 * (0.25 * 4) ** 2, 4 * (0.25 * 1.5) ** 2]
    values.forEach((value, i) => {
      expect(value / variances[Math.floor(i / 3)]!).toBeCloseTo(1, 0.9)
    })
  })

  it('leaves a linear function alone: its gradient, no variance, no standard error', async () => {
    const { values, certificate } = await explain(quadratic, input, smoothGrad(saliency()), { target: 1 })
    expect([...values]).toEqual([3, 3, 3, 3, 3, 3])
    expect(certificate.evidence.standardError).toEqual([0, 0])
    expect(certificate.evidence.evaluations).toEqual([50, 50])
    const spread = await explain(quadratic, input, varGrad(saliency()), { target: 1 })
    expect([...spread.values]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('is tied together by variance = mean of squares − square of the mean, divided by n', async () => {
    const options = { samples: 9 }
    const [mean, squares, variance] = await Promise.all([
      explain(quadratic, input, smoothGrad(saliency(), options), { target: 0 }),
      explain(quadratic, input, smoothGradSquared(saliency(), options), { target: 0 }),
      explain(quadratic, input, varGrad(saliency(), options), { target: 0 }),
    ])
    variance.values.forEach((value, i) => {
      expect(value).toBeGreaterThan(0)
      expect(value).toBeCloseTo(squares.values[i]! - mean.values[i]! ** 2, 4)
    })
  })

  it('tells a standard error that shrinks with the root of the samples', async () => {
    const error = async (samples: number) =>
      (await explain(quadratic, input, smoothGrad(saliency(), { samples }), { target: 0 })).certificate.evidence
        .standardError![0]!
    // Of a quadratic: 2σ ÷ √n each, beside a mean |entry| of 16/3.
    expect(await error(400)).toBeCloseTo((2 * 0.6) / Math.sqrt(400) / (16 / 3), 2.5)
    expect((await error(400)) / (await error(100))).toBeCloseTo(0.5, 1)
  })

  it('does not depend on batch mates, on their order, nor on how rows are cut', async () => {
    const method = smoothGrad(saliency(), { samples: 70 })
    const together = await explain(quadratic, input, method, { target: 0 })
    const swapped = await explain(quadratic, rows([0, -1, 0.5], [1, 2, 5]), method, { target: 0 })
    const alone = await explain(quadratic, rows([1, 2, 5]), method, { target: 0, maxChunk: 3 })
    expect(together.values.slice(0, 3)).toEqual(alone.values)
    expect(swapped.values.slice(3)).toEqual(alone.values)
  })

  it('depends on the seed', async () => {
    const method = smoothGrad(saliency(), { samples: 5 })
    const one = await explain(quadratic, input, method, { target: 0, seed: 1 })
    const again = await explain(quadratic, input, method, { target: 0, seed: 1 })
    const other = await explain(quadratic, input, method, { target: 0, seed: 2 })
    expect(again.values).toEqual(one.values)
    expect(other.values).not.toEqual(one.values)
  })

  it('keeps the target of the clean input where noise changes the predicted class', async () => {
    // Class 0 scores x, class 1 scores −x: close to 0 the prediction flips with the noise, the gradient must not.
    const weights = [
      [1, -1],
      [0, 0],
    ]
    const sign = fromFunction((x: tf.Tensor) => tf.matMul(x, tf.tensor2d(weights)), {
      inputs: [null, 2],
      outputs: [null, 2],
    })
    const { values } = await explain(sign, rows([0.01, 0]), smoothGrad(saliency(), { noise: 100 }))
    expect([...values]).toEqual([1, 0])
  })

  it('adds no noise to integer inputs', async () => {
    const seen: number[] = []
    const model = fromFunction(({ x, i }: tf.NamedTensorMap) => tf.sum(tf.mul(x!, tf.cast(i!, 'float32')), 1, true), {
      inputs: { x: [null, 2], i: { shape: [null, 2], dtype: 'int32' } },
      outputs: [null, 1],
    })
    const spy: AttributionMethod<'gradients'> = {
      ...saliency(),
      attribute(task) {
        seen.push(...task.inputs['i']!.data)
        return saliency().attribute(task)
      },
    }
    await explain(model, { x: rows([1, 2]), i: rows([3, 7]) }, smoothGrad(spy, { samples: 2 }), { target: 0 })
    expect(seen).toEqual([3, 7, 3, 7])
  })

  it('yields running estimates, of few samples at first, and ends with the same map as a run in one go', async () => {
    const maps: number[][] = []
    const samples: (number | undefined)[] = []
    for await (const { values, certificate } of explain.stream(quadratic, input, smoothGrad(saliency()), {
      target: 0,
    })) {
      maps.push([...values])
      samples.push(certificate.evidence.evaluations?.[0])
    }
    expect(samples.slice(0, 5)).toEqual([1, 2, 4, 8, 16])
    const { values } = await explain(quadratic, input, smoothGrad(saliency()), { target: 0 })
    expect(maps.at(-1)).toEqual([...values])
  })

  it('runs around a method with evidence of its own, and around itself with other noise', async () => {
    const inner = integratedGradients({ steps: 4 })
    const around = await explain(quadratic, input, smoothGrad(inner, { samples: 3 }), { target: 0 })
    expect(around.certificate.evidence.evaluations).toEqual([15, 15])
    const twice = smoothGrad(smoothGrad(saliency(), { samples: 1 }), { samples: 1 })
    const once = await explain(quadratic, rows([1, 2, 5]), smoothGrad(saliency(), { samples: 1 }), { target: 0 })
    const nested = await explain(quadratic, rows([1, 2, 5]), twice, { target: 0 })
    // With the same draws at both levels the two offsets would point in one direction.
    const [a, b] = [once, nested].map(({ values }) => [...values].map((value, i) => value - 2 * input.data[i]!))
    const dot = (u: number[], v: number[]) => u.reduce((sum, value, i) => sum + value * v[i]!, 0)
    expect(Math.abs(dot(a!, b!)) / Math.sqrt(dot(a!, a!) * dot(b!, b!))).toBeLessThan(0.99)
  })

  it('needs what its inner method needs, and has no spec where that has none', () => {
    const predictions: AttributionMethod<'predictions'> = {
      apiVersion,
      name: 'nothing',
      needs: 'predictions',
      deterministic: true,
      options: {},
      async *attribute() {},
    }
    expect(smoothGrad(predictions).needs).toBe('predictions')
    expect(smoothGrad(predictions).spec).toBeUndefined()
    expect(varGrad(saliency(), { samples: 7 }).spec).toEqual({
      module: '@explainnet/smooth-grad',
      export: 'varGrad',
      options: { noise: 0.15, samples: 7 },
      inner: { module: '@explainnet/saliency', export: 'saliency', options: {} },
    })
  })

  it('leaves no tensor behind, also when it is aborted', async () => {
    const before = tf.memory().numTensors
    await explain(quadratic, input, smoothGrad(saliency()))
    const controller = new AbortController()
    const run = explain(quadratic, input, smoothGrad(saliency()), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(run).rejects.toMatchObject({ code: 'aborted' })
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each([[{ samples: 0 }], [{ samples: 2.5 }], [{ noise: -1 }]])('refuses %o', (options) => {
    expect(() => smoothGrad(saliency(), options)).toThrow(/must be/)
  })
})

describe('runningStatistics', () => {
  it('keeps a variance that the textbook formula loses', () => {
    const statistics = runningStatistics(1)
    const values = Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2) * 1e-3)
    for (const value of values) statistics.add([value])
    expect(statistics.squares[0]! / statistics.count / 2.5e-7).toBeCloseTo(1, 2)
    const textbook =
      values.reduce((sum, v) => sum + v * v, 0) / 1000 - (values.reduce((sum, v) => sum + v, 0) / 1000) ** 2
    expect(Math.abs(textbook - 2.5e-7)).toBeGreaterThan(1)
  })
})
