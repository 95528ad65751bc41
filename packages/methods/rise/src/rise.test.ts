import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { explain, fromFunction, type NDArray, randomStream } from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { runningMaps } from './estimate.ts'
import { type RiseOptions, rise, riseMasks } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

const random = randomStream(4)
const noise = (...shape: number[]): NDArray => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
})
const [height, width, channels] = [9, 11, 2]
const weights = noise(height, width, channels)
/** A score that is curved, so that no estimator is right by luck. */
const curved = fromFunction(
  (x: tf.Tensor) => {
    const products = tf.mul(x, tf.tensor(weights.data, weights.shape as number[]))
    return tf.tanh(tf.add(0.7, tf.mul(0.1, tf.sum(tf.reshape(products, [x.shape[0]!, -1]), 1, true))))
  },
  { inputs: [null, height, width, channels], outputs: [null, 1] },
)
const score = (row: Float32Array) =>
  Math.tanh(0.7 + 0.1 * row.reduce((sum, value, i) => sum + value * weights.data[i]!, 0))
const image = noise(2, height, width, channels)
const run = (options: Partial<RiseOptions>, input = image, more = {}) =>
  explain(curved, input, rise({ masks: 40, ...options }), { target: 0, seed: 5, ...more })

/** The formulas of both estimators over all masks at once. */
function naive(masks: NDArray, row: Float32Array, baseline: number, probability: number, centred: boolean): number[] {
  const [count, positions] = [masks.shape[0]!, height * width]
  const scores = Array.from({ length: count }, (_, n) =>
    score(
      row.map((value, i) => {
        const seen = masks.data[n * positions + Math.floor(i / channels)]!
        return value * seen + baseline * (1 - seen)
      }),
    ),
  )
  const mean = centred ? scores.reduce((a, b) => a + b, 0) / count : 0
  return Array.from({ length: positions }, (_, p) => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += (scores[n]! - mean) * masks.data[n * positions + p]!
    return sum / ((centred ? count - 1 : count) * probability)
  })
}

function expectClose(values: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number) {
  expect(values.length).toBe(wanted.length)
  const top = Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  for (let i = 0; i < wanted.length; i++) {
    expect(Math.abs(values[i]! - wanted[i]!)).toBeLessThanOrEqual(tolerance * top)
  }
}

describe('RISE', () => {
  it.each([
    ['centred', 0.5, 0],
    ['centred', 0.3, 0.4],
    ['paper', 0.5, 0],
    ['paper', 0.7, -0.2],
  ] as const)(
    '%s agrees with its formula over given masks, p = %d, baseline %d',
    async (estimator, probability, value) => {
      const cells = [4, 5]
      const masks = riseMasks([height, width], 40, { cells, probability, seed: 5 })
      const { values, maps } = await run({ estimator, probability, cells, baseline: { value } })
      expect(Object.values(maps)[0]).toMatchObject({
        shape: [2, height, width],
        axes: ['batch', 'height', 'width'],
        domain: 'spatial',
      })
      const size = height * width * channels
      const wanted = [0, 1].flatMap((example) =>
        naive(
          masks,
          image.data.slice(example * size, (example + 1) * size),
          value,
          probability,
          estimator === 'centred',
        ),
      )
      expectClose(values, wanted, 1e-4)
    },
  )

  it('recovers the weights of a linear score, times input and 1 − p, feature by feature', async () => {
    const linear = fromFunction((x: tf.Tensor) => tf.sum(tf.mul(x, [1, -2, 3, 0]), 1, true), {
      inputs: [null, 4],
      outputs: [null, 1],
    })
    const input = { shape: [1, 4], data: Float32Array.of(1, 2, 3, 9) }
    const method = rise({ masks: 4000, probability: 0.25 })
    const { values, certificate } = await explain(linear, input, method, { target: 0 })
    const error = certificate.evidence.standardError![0]!
    // Entries are 0.75·w·x; the mean standard error is relative to the mean entry.
    const wanted = [0.75, -3, 6.75, 0]
    const mean = values.reduce((sum, value) => sum + Math.abs(value) / 4, 0)
    wanted.forEach((value, i) => {
      expect(Math.abs(values[i]! - value)).toBeLessThan(5 * error * mean)
    })
    expect(error).toBeLessThan(0.1)
  })

  it('tells a standard error as large as maps of other seeds differ, and half of it for four times the masks', async () => {
    const seeds = Array.from({ length: 24 }, (_, seed) => seed + 1)
    const spread = async (masks: number) => {
      const found = await Promise.all(seeds.map((seed) => run({ masks, cells: 3 }, image, { seed })))
      const positions = height * width
      let [deviation, entry] = [0, 0]
      for (let p = 0; p < positions; p++) {
        const values = found.map((one) => one.values[p]!)
        const mean = values.reduce((a, b) => a + b, 0) / values.length
        deviation += Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
        entry += values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length
      }
      const told = found.reduce((sum, one) => sum + one.certificate.evidence.standardError![0]!, 0) / found.length
      return { told, seen: deviation / entry }
    }
    const few = await spread(160)
    const many = await spread(640)
    expect(few.told / few.seen).toBeGreaterThan(0.75)
    expect(few.told / few.seen).toBeLessThan(1.3)
    expect(many.told / few.told).toBeGreaterThan(0.3)
    expect(many.told / few.told).toBeLessThan(0.75)
  })

  it('lets several baselines take turns', async () => {
    const values = [0.4, -0.3]
    const plain = { estimator: 'paper', cells: 4, masks: 2 } as const
    const both = await run({ ...plain, baseline: values.map((value) => ({ value })) })
    const masks = riseMasks([height, width], 2, { cells: 4, seed: 5 })
    const row = image.data.slice(0, height * width * channels)
    const wanted = new Array<number>(height * width).fill(0)
    for (const [n, value] of values.entries()) {
      const mask = { shape: [1, height, width], data: masks.data.slice(n * 99, (n + 1) * 99) }
      naive(mask, row, value, 0.5, false).forEach((one, p) => {
        wanted[p]! += one / 2
      })
    }
    expectClose(both.values.slice(0, 99), wanted, 1e-4)
  })

  it('gives exactly nothing where the score never changes', async () => {
    const constant = fromFunction((x: tf.Tensor) => tf.fill([x.shape[0]!, 1], 0.3), {
      inputs: [null, height, width, channels],
      outputs: [null, 1],
    })
    const { values } = await explain(constant, image, rise({ masks: 3001, probability: 0.4 }), { target: 0 })
    expect(values.every((value) => value === 0)).toBe(true)
  })

  it('is bit for bit the same for any chunks and batch mates', async () => {
    const wanted = await run({})
    for (const maxChunk of [1, 3, 64]) expect((await run({}, image, { maxChunk })).values).toEqual(wanted.values)
    const size = height * width * channels
    const alone = await run({}, { shape: [1, height, width, channels], data: image.data.slice(size) })
    expect(alone.values).toEqual(wanted.values.slice(height * width))
  })

  it('streams estimates that settle, and stops with the one at hand', async () => {
    const seen: number[] = []
    for await (const { certificate } of explain.stream(curved, image, rise({ masks: 256 }), { target: 0 })) {
      seen.push(certificate.evidence.evaluations![0]!)
    }
    expect(seen).toEqual(Array.from({ length: 32 }, (_, i) => 8 * (i + 1)))
    const stopped = await run({ masks: 256 }, image, { stop: { passes: 100 } })
    expect(stopped.certificate.warnings.map(({ code }) => code)).toContain('stopped-early')
    expect(stopped.certificate.cost.forward).toBeLessThan(200)
    const controller = new AbortController()
    const aborted = run({}, image, { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
  })

  it('refuses a grid finer than the input, lists of another length, no masks, and integers without a baseline', async () => {
    await expect(run({ cells: 10 })).rejects.toMatchObject({ code: 'bad-option', message: /10×10 cells .* \(9×11\)/ })
    await expect(run({ cells: [3] })).rejects.toMatchObject({ code: 'bad-option', message: /1 numbers.*2 axes/ })
    expect(() => rise({ masks: 0 })).toThrow(/at least 2/)
    expect(() => rise({ probability: 1 })).toThrow(/at most 0.99/)
    const tokens = fromFunction(({ tokens: x }: tf.NamedTensorMap) => tf.sum(tf.cast(x!, 'float32'), 1, true), {
      inputs: { tokens: { shape: [null, 3], dtype: 'int32' } },
      outputs: [null, 1],
    })
    const input = { tokens: { shape: [1, 3], data: Float32Array.of(5, 7, 2) } }
    await expect(explain(tokens, input, rise(), { target: 0 })).rejects.toMatchObject({ code: 'bad-option' })
    const padding = { inputs: { shape: [3], data: new Float32Array(3) } }
    const { values } = await explain(tokens, input, rise({ masks: 2000, baseline: padding }), { target: 0 })
    values.forEach((value, i) => {
      expect(value / ([5, 7, 2][i]! / 2)).toBeCloseTo(1, 0.5)
    })
  })
})

describe('RISE masks', () => {
  it('are 0 … 1, seen with the given probability, and each has a shift of its own', () => {
    const masks = riseMasks([20, 30], 600, { cells: [4, 5], probability: 0.3, seed: 2 })
    expect(masks.data.every((value) => value >= 0 && value <= 1)).toBe(true)
    for (const p of [0, 29, 315, 599]) {
      let mean = 0
      for (let n = 0; n < 600; n++) mean += masks.data[n * 600 + p]! / 600
      expect(Math.abs(mean - 0.3)).toBeLessThan(0.07)
    }
  })

  it('are the grid, stretched with half-pixel centres to a cell more than the input, cut at the shift', () => {
    const [side, cells] = [10, 4]
    const stream = randomStream(7, 0x72697365, 3, 0)
    const grid = Array.from({ length: cells }, () => (stream.uniform() < 0.5 ? 1 : 0))
    const shift = stream.integer(3)
    const [length, values] = [15, riseMasks([side], 4, { cells, seed: 7 }).data.slice(30)]
    values.forEach((value, i) => {
      const place = Math.min(Math.max(((i + shift + 0.5) * cells) / length - 0.5, 0), cells - 1)
      const low = Math.floor(place)
      const high = Math.min(low + 1, cells - 1)
      expect(value).toBeCloseTo(grid[low]! * (1 - place + low) + grid[high]! * (place - low), 5)
    })
  })

  it('of an axis with a cell for each position are the grid itself', () => {
    expect(riseMasks([6], 50, { cells: 6 }).data.every((value) => value === 0 || value === 1)).toBe(true)
  })
})

describe('runningMaps', () => {
  it('has no standard error before two blocks', () => {
    const maps = runningMaps(1, 1, 0.5, true)
    for (const block of [0, 1]) {
      for (const value of [1, 0, 1]) {
        maps.add(0, value + block, Float32Array.of(value))
        maps.count(Float32Array.of(value))
      }
      maps.endBlock()
      expect(maps.errors() === undefined).toBe(block === 0)
    }
  })
})
