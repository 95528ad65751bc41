import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { explain, fromFunction, type NDArray, randomStream } from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type OcclusionOptions, occlusion } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

const random = randomStream(3)
const noise = (...shape: number[]): NDArray => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
})
const linear = (weights: NDArray) =>
  fromFunction(
    (x: tf.Tensor) => {
      const products = tf.mul(x, tf.tensor(weights.data, [...weights.shape]))
      return tf.sum(tf.reshape(products, [x.shape[0]!, -1]), 1, true)
    },
    { inputs: [null, ...weights.shape], outputs: [null, 1] },
  )
const run = (weights: NDArray, input: NDArray, options: Partial<OcclusionOptions> = {}) =>
  explain(linear(weights), input, occlusion(options), { target: 0 })

/** Every window at every start, cut at the far edge, and the mean of the drops over the windows on a position. */
function naive(weights: NDArray, input: NDArray, window: number, stride: number): number[] {
  const [height, width, channels] = weights.shape as [number, number, number]
  const starts = (side: number) => {
    const all = [0]
    while (all.at(-1)! + window < side) all.push(all.at(-1)! + stride)
    return all
  }
  const drop = (top: number, left: number) => {
    let sum = 0
    for (let y = top; y < Math.min(height, top + window); y++)
      for (let i = (y * width + left) * channels; i < (y * width + Math.min(width, left + window)) * channels; i++)
        sum += weights.data[i]! * input.data[i]!
    return sum
  }
  return Array.from({ length: height * width }, (_, p) => {
    const drops = starts(height)
      .filter((top) => top <= Math.floor(p / width) && Math.floor(p / width) < top + window)
      .flatMap((top) =>
        starts(width)
          .filter((left) => left <= p % width && p % width < left + window)
          .map((left) => drop(top, left)),
      )
    return drops.reduce((a, b) => a + b, 0) / drops.length
  })
}

describe('occlusion', () => {
  it.each([
    [3, 2],
    [4, 1],
    [5, 4],
    [2, 2],
  ])('of a linear score is the mean of what the windows hold, %i wide every %i', async (window, stride) => {
    const [weights, input] = [noise(7, 9, 2), noise(1, 7, 9, 2)]
    const { values, maps } = await run(weights, input, { window, stride })
    expect(Object.values(maps)[0]).toMatchObject({ shape: [1, 7, 9], domain: 'spatial' })
    naive(weights, input, window, stride).forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 4)
    })
  })

  it('adds up to the difference of the scores for windows that lie side by side over a linear score', async () => {
    const [weights, input] = [noise(6, 8, 1), noise(2, 6, 8, 1)]
    const { values, certificate } = await run(weights, input, { window: [1, 1], baseline: { value: 0.4 } })
    for (const example of [0, 1]) {
      const total = values.slice(example * 48, example * 48 + 48).reduce((a, b) => a + b, 0)
      const { score } = certificate.targets[example]!
      expect(total).toBeCloseTo(score - certificate.baselines[0]!.scores[example]!, 3)
    }
  })

  it('slides along any number of axes, with a size for each', async () => {
    const weights = noise(4, 3, 5, 1)
    const input = noise(1, 4, 3, 5, 1)
    const { values } = await run(weights, input, { window: [4, 1, 1], stride: [4, 1, 1] })
    for (let p = 0; p < 60; p++) {
      const column = [0, 1, 2, 3].map((z) => z * 15 + (p % 15))
      expect(values[p]).toBeCloseTo(
        column.reduce((sum, i) => sum + weights.data[i]! * input.data[i]!, 0),
        4,
      )
    }
  })

  it('takes a seventh of each side and half of that, but features one by one, unless told', async () => {
    const cost = async (...shape: number[]) =>
      (await run(noise(...shape), noise(1, ...shape))).certificate.cost.forward - 4
    // The rest: the input twice, the baseline as logit and as probability.
    expect(await cost(21, 1)).toBe(19)
    expect(await cost(5)).toBe(5)
  })

  it('averages several baselines by their weights', async () => {
    const [weights, input] = [noise(8, 1), noise(1, 8, 1)]
    const one = await run(weights, input, { window: 3, baseline: { value: 1 } })
    const other = await run(weights, input, { window: 3, baseline: { value: -2 } })
    const both = await run(weights, input, { window: 3, baseline: [{ value: 1 }, { value: -2 }] })
    both.values.forEach((value, i) => {
      expect(value).toBeCloseTo((one.values[i]! + other.values[i]!) / 2, 4)
    })
  })

  it('hides one of several inputs at a time, and tokens where the baseline says by what', async () => {
    const model = fromFunction(
      ({ picture, tokens }: tf.NamedTensorMap) =>
        tf.add(tf.sum(tf.reshape(picture!, [-1, 16]), 1, true), tf.sum(tf.cast(tokens!, 'float32'), 1, true)),
      { inputs: { picture: [null, 4, 4, 1], tokens: { shape: [null, 3], dtype: 'int32' } }, outputs: [null, 1] },
    )
    const input = { picture: noise(1, 4, 4, 1), tokens: { shape: [1, 3], data: Float32Array.of(5, 7, 2) } }
    const zeros = {
      picture: { shape: [4, 4, 1], data: new Float32Array(16) },
      tokens: { shape: [3], data: new Float32Array(3) },
    }
    const plain = await explain(model, input, occlusion({ window: 2 }), { target: 0 })
    expect(Object.keys(plain.maps)).toEqual(['picture'])
    const both = await explain(model, input, occlusion({ window: 1, baseline: { inputs: zeros } }), { target: 0 })
    both.maps['tokens']!.data.forEach((value, i) => {
      expect(value).toBeCloseTo([5, 7, 2][i]!, 4)
    })
    expect(occlusion({ baseline: { inputs: zeros } }).spec).toBeUndefined()
  })

  it('refuses windows that do not fit, gaps, lists of another length, and integers without a baseline', async () => {
    const refused = (options: Partial<OcclusionOptions>) => run(noise(6, 8, 1), noise(1, 6, 8, 1), options)
    await expect(refused({ window: 7 })).rejects.toMatchObject({
      code: 'bad-option',
      message: /7 is larger .* \(6×8\)/,
    })
    await expect(refused({ window: 2, stride: 3 })).rejects.toMatchObject({ code: 'bad-option', message: /leaves out/ })
    await expect(refused({ window: [2, 2, 2] })).rejects.toMatchObject({ code: 'bad-option', message: /3 sizes/ })
    expect(() => occlusion({ window: 0 })).toThrow(/at least 1/)
    const tokens = fromFunction(({ tokens: x }: tf.NamedTensorMap) => tf.sum(tf.cast(x!, 'float32'), 1, true), {
      inputs: { tokens: { shape: [null, 3], dtype: 'int32' } },
      outputs: [null, 1],
    })
    const input = { shape: [1, 3], data: Float32Array.of(1, 2, 3) }
    await expect(explain(tokens, { tokens: input }, occlusion(), { target: 0 })).rejects.toMatchObject({
      code: 'bad-option',
      message: /every input is of integers/,
    })
  })
})
