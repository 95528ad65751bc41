import { explain, fromFunction, type NDArray, randomStream } from '@explainnet/core'
import { useBackend } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { concat, mul, neg, reshape, square, sub, sum, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { blurred, insertionMinusDeletion, randomRanking } from './faithfulness.ts'
import { chooseSmoothing, noiseShare, rawSpan, type SmoothingScores, smoothingMaps } from './smoothing.ts'
import { smoothingDraws } from './smoothing-draws.ts'

const side = 8
const shape = [1, side, side, 1]
const pixels = side * side
const image: NDArray = { shape, data: new Float32Array(pixels).fill(1) }
const nothing: NDArray = { shape, data: new Float32Array(pixels) }
const shapes = { inputs: [null, side, side, 1], outputs: [null, 2] }

// Every number a different one, in no order that a tie could give.
const weights = Float32Array.from({ length: pixels }, (_, i) => ((i * 37) % pixels) + 1)
const total = (pixels * (pixels + 1)) / 2
/** The probability of class 1 is the weighted share of pixels that are 1. */
const weighted = fromFunction((x) => {
  const share = reshape(
    sum(
      mul(
        x,
        tensor(
          weights.map((w) => w / total),
          shape,
        ),
      ),
      [1, 2, 3],
    ),
    [-1, 1],
  )
  return concat([sub(1, share), share], 1)
}, shapes)

beforeAll(async () => {
  await useBackend('cpu')
})

const judge = async (ranking: Float32Array, label = 1) =>
  (await insertionMinusDeletion(weighted, image, nothing, [ranking], label, 8))[0]!

describe('insertion minus deletion', () => {
  it('of the right ranking is the area that can be computed by hand, and the inverted one has its negative', async () => {
    // After k of 8 steps the 8k largest of 1 … 64 are in.
    const inserted = (k: number) => (8 * k * (2 * pixels + 1 - 8 * k)) / 2 / total
    const area = [1, 2, 3, 4, 5, 6, 7].reduce((sum, k) => sum + (2 * inserted(k) - 1), 0) / 8
    // By symmetry of this model the deletion curve is one minus the insertion curve.
    expect(await judge(weights)).toBeCloseTo(area, 6)
    expect(area).toBeGreaterThan(0.3)
    expect(await judge(weights.map((w) => -w))).toBeCloseTo(-area, 6)
  })
  it('of a random ranking lies near zero, below the right one and above the inverted one', async () => {
    const scores = await Promise.all([1, 2, 3, 4, 5].map((seed) => judge(randomRanking(pixels, seed))))
    for (const score of scores) expect(Math.abs(score)).toBeLessThan(0.15)
    expect(new Set(scores).size).toBe(5)
  })
  it('follows the class that was explained', async () => {
    expect(await judge(weights, 0)).toBeCloseTo(-(await judge(weights, 1)), 6)
  })
  it('gives several rankings their own scores', async () => {
    const both = await insertionMinusDeletion(weighted, image, nothing, [randomRanking(pixels, 1), weights], 1, 8)
    expect(both).toEqual([await judge(randomRanking(pixels, 1)), await judge(weights)])
  })
  it('hides pixels behind a copy that keeps each tile’s mean colour', () => {
    const input = { shape: [1, 32, 32, 2], data: Float32Array.from({ length: 2048 }, (_, i) => i % 2) }
    expect(blurred(input).shape).toEqual([1, 32, 32, 2])
    expect(blurred(input).data).toEqual(input.data)
  })
})

describe('the one-standard-error rule', () => {
  const grid = { levels: [10, 20], counts: [10, 20] }
  const scores = (cells: readonly (readonly number[])[]): SmoothingScores[] =>
    cells.map(([a, b, c, d]) => ({
      cells: [
        [a!, b!],
        [c!, d!],
      ],
      random: 0,
    }))

  it('takes the cheapest cell that cannot be told from the best', () => {
    // Noise 20 with 20 samples is best; 10 with 10 wins and loses against it, 20 with 10 always loses a little.
    const choice = chooseSmoothing(
      grid,
      scores([
        [0.6, 0, 0.48, 0.5],
        [0.3, 0, 0.48, 0.5],
        [0.58, 0, 0.48, 0.5],
      ]),
    )
    expect([choice.best.noise, choice.best.samples]).toEqual([20, 20])
    expect([choice.chosen.noise, choice.chosen.samples]).toEqual([10, 10])
  })
  it('does not take a cheaper cell that is worse on every image, however little', () => {
    const { chosen } = chooseSmoothing(
      grid,
      scores([
        [0.1, 0.2, 0.49, 0.5],
        [0.7, 0.8, 0.89, 0.9],
        [0.1, 0.2, 0.29, 0.3],
      ]),
    )
    expect([chosen.noise, chosen.samples]).toEqual([20, 20])
  })
  it('prefers less noise where the samples are as many', () => {
    const { chosen } = chooseSmoothing(
      grid,
      scores([
        [0.5, 0.5, 0.5, 0.5],
        [0.4, 0.4, 0.4, 0.4],
      ]),
    )
    expect([chosen.noise, chosen.samples]).toEqual([10, 10])
  })
})

/** Class 0 scores Σ x²/2, class 1 its negative: the gradient of class 0 is the noisy image itself. */
const bowl = fromFunction((x) => {
  const score = reshape(mul(sum(square(x), [1, 2, 3]), 0.5), [-1, 1])
  return concat([score, neg(score)], 1)
}, shapes)

describe('draws of SmoothGrad', () => {
  const random = randomStream(3)
  const input: NDArray = { shape, data: Float32Array.from({ length: pixels }, () => random.uniform()) }

  it('of the larger count contain those of the smaller', async () => {
    const maps = async (counts: readonly number[]) => {
      const found: Float32Array[] = []
      for await (const { values } of explain.stream(bowl, input, smoothingDraws(0.5, counts))) found.push(values)
      return found
    }
    const [ten, thirty] = (await maps([10, 30])) as [Float32Array, Float32Array]
    expect((await maps([10]))[0]).toEqual(ten)
    expect((await maps([30]))[0]).toEqual(thirty)
    expect(ten).not.toEqual(thirty)
    // The mean of n draws lies about σ ÷ √n from the image.
    const distance = (map: Float32Array) => Math.hypot(...map.map((value, i) => value - input.data[i]!)) / side
    expect(distance(ten)).toBeLessThan(2 * (0.5 / Math.sqrt(10)))
    expect(distance(thirty)).toBeLessThan(2 * (0.5 / Math.sqrt(30)))
    expect(distance(thirty)).toBeGreaterThan(0.5 * (0.5 / Math.sqrt(30)))
  })
  it('explain the class of the clean image, though noise changes the prediction', async () => {
    const tilted = fromFunction((x) => {
      const score = reshape(sum(x, [1, 2, 3]), [-1, 1])
      return concat([score, neg(score)], 1)
    }, shapes)
    const faint: NDArray = { shape, data: new Float32Array(pixels).fill(0.001) }
    const { values, certificate } = await explain(tilted, faint, smoothingDraws(5, [20]))
    expect(certificate.targets[0]!.index).toBe(0)
    expect([...new Set(values)]).toEqual([1])
  })
  it('give the maps of every level in the order of the grid', async () => {
    const levels: number[] = []
    for await (const { level, maps, label } of smoothingMaps(bowl, input, { levels: [10, 40], counts: [2, 4] })) {
      levels.push(level)
      expect(maps).toHaveLength(2)
      expect(maps[0]).toHaveLength(pixels)
      expect(label).toBe(0)
    }
    expect(levels).toEqual([10, 40])
  })
  it('have the noise that σ of 255 says, and so has SmoothGrad', async () => {
    // σ = 51 is a fifth of the raw range, which this card makes 5 units wide: 1 unit.
    const card = { input: { std: [0.2, 0.2, 0.2] } }
    expect(rawSpan({ ...bowl, card })).toBeCloseTo(5, 10)
    const values: NDArray = { shape, data: input.data.map((value) => 4 * value - 2) }
    const noise = noiseShare({ ...bowl, card }, values, 51)
    for (const method of [smoothingDraws((51 / 255) * 5, [1]), smoothGrad(saliency(), { noise, samples: 1 })]) {
      const drawn = await explain(bowl, values, method)
      const deviation = Math.hypot(...drawn.values.map((value, i) => value - values.data[i]!)) / side
      expect(deviation).toBeGreaterThan(0.8)
      expect(deviation).toBeLessThan(1.2)
    }
    expect(noiseShare({ ...bowl, card }, nothing, 51)).toBe(0)
  })
})
