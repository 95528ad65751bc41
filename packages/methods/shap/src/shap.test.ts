import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { explain, fromPredict, type NDArray, randomStream } from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { partial, shapleyDesign } from './coalitions.ts'
import { shap } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

/** A game on the features of a table: a player is present where its feature is 1, absent where it is 0. */
const game = (players: number, value: (present: readonly number[]) => number) =>
  fromPredict(
    ({ shape, data }: NDArray) => ({
      shape: [shape[0]!, 1],
      data: Float32Array.from({ length: shape[0]! }, (_, row) =>
        value([...data.subarray(row * players, (row + 1) * players)]),
      ),
    }),
    { inputs: [null, players], outputs: [null, 1], output: 'scores' },
  )
const everyone = (players: number, examples = 1): NDArray => ({
  shape: [examples, players],
  data: new Float32Array(examples * players).fill(1),
})
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0)
const zero = { baseline: 'zero' } as const

/** Every order in which players can join: the definition. */
function byPermutations(players: number, value: (present: readonly number[]) => number): number[] {
  const values = new Array<number>(players).fill(0)
  let orders = 0
  const visit = (order: readonly number[]) => {
    if (order.length < players) {
      for (let next = 0; next < players; next++) if (!order.includes(next)) visit([...order, next])
      return
    }
    orders++
    const present = new Array<number>(players).fill(0)
    for (const player of order) {
      const before = value(present)
      present[player] = 1
      values[player]! += value(present) - before
    }
  }
  visit([])
  return values.map((one) => one / orders)
}

/** A game of pairs and triples with fixed random worths, not monotone, in which nobody at all is worth 4. */
function tangled(players: number) {
  const random = randomStream(11)
  const worths = Array.from({ length: players ** 2 }, () => random.normal())
  return (present: readonly number[]) => {
    let total = 0
    for (let a = 0; a < players; a++) {
      for (let b = 0; b < players; b++)
        total += worths[a * players + b]! * present[a]! * present[b]! * (1 + present[(a + b) % players]!)
    }
    return 4 + total + Math.tanh(sum(present))
  }
}

describe('exact Shapley values', () => {
  it('share a product evenly, give a summand its own and a bystander nothing', async () => {
    const model = game(4, ([a, b, c]) => 6 * a! * b! + 2 * c! + 1)
    const { values, certificate } = await explain(model, everyone(4), shap(zero), { target: 0 })
    expect([...values]).toEqual([3, 3, 2, 0])
    expect(certificate.evidence.standardError).toBeUndefined()
    expect(certificate.evidence.evaluations).toEqual([15])
  })

  it('of a majority of five are a fifth each, of the glove game ⅔, ⅙ and ⅙', async () => {
    const majority = await explain(
      game(5, (present) => (sum(present) > 2 ? 1 : 0)),
      everyone(5),
      shap(zero),
      { target: 0 },
    )
    for (const value of majority.values) expect(value).toBeCloseTo(0.2, 6)
    const gloves = game(3, ([left, one, two]) => Math.min(left!, one! + two!))
    const { values } = await explain(gloves, everyone(3), shap(zero), { target: 0 })
    ;[2 / 3, 1 / 6, 1 / 6].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 6)
    })
  })

  it('are the mean contribution over all orders of joining', async () => {
    const { values } = await explain(game(5, tangled(5)), everyone(5), shap(zero), { target: 0 })
    byPermutations(5, tangled(5)).forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 5)
    })
  })

  it('of a linear model are slope times distance from the mean of the backgrounds', async () => {
    const model = game(3, ([a, b, c]) => 2 * a! - 3 * b! + 0.5 * c!)
    const input = { shape: [2, 3], data: Float32Array.of(1, 2, 3, -1, 0, 4) }
    const backgrounds = [{ value: 1 }, { inputs: { shape: [3], data: Float32Array.of(0, 2, 5) } }] as const
    const { values, certificate } = await explain(model, input, shap({ baseline: backgrounds }), { target: 0 })
    const slopes = [2, -3, 0.5]
    const means = [0.5, 1.5, 3]
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(slopes[i % 3]! * (input.data[i]! - means[i % 3]!), 5)
    })
    expect(certificate.evidence.evaluations).toEqual([13, 13])
  })
})

describe('KernelSHAP', () => {
  it('with all coalitions enumerated and weighted gives the exact values', async () => {
    const players = 7
    const value = tangled(players)
    const design = shapleyDesign(players, 2 ** players - 2, () => randomStream(0))
    expect(design.enumerated).toBe(2 ** players - 2)
    // The kernel as the paper writes it, up to a factor: (M − 1) ÷ (C(M, s)·s·(M − s)).
    const binomial = [1, 7, 21, 35, 35, 21, 7, 1]
    const ratio = Array.from(design.weights, (weight, row) => {
      const size = sum(design.present.subarray(row * players, (row + 1) * players))
      return (weight * binomial[size]! * size * (players - size)) / (players - 1)
    })
    for (const one of ratio) expect(one / ratio[0]!).toBeCloseTo(1, 10)
    const { values } = await explain(
      game(players, value),
      everyone(players),
      shap({ ...zero, samples: 2 ** players - 2 }),
      { target: 0 },
    )
    byPermutations(players, value).forEach((wanted, i) => {
      expect(values[i]).toBeCloseTo(wanted, 4)
    })
  })

  it('comes nearer to the exact values with more samples, and its standard error tells how near it is', async () => {
    const players = 12
    const value = tangled(players)
    const exact = (
      await explain(game(players, value), everyone(players), shap({ ...zero, samples: 4096 }), { target: 0 })
    ).values
    const size = sum(exact.map(Math.abs)) / players
    const off: number[] = []
    for (const samples of [60, 400, 2400]) {
      let [error, told] = [0, 0]
      for (let seed = 0; seed < 6; seed++) {
        const { values, certificate } = await explain(
          game(players, value),
          everyone(players),
          shap({ ...zero, samples }),
          { target: 0, seed },
        )
        error += Math.sqrt(sum(values.map((one, i) => (one - exact[i]!) ** 2)) / players) / size / 6
        told += certificate.evidence.standardError![0]! / 6
      }
      off.push(error)
      expect(told / error).toBeGreaterThan(0.5)
      expect(told / error).toBeLessThan(2)
    }
    expect(off[1]).toBeLessThan(0.6 * off[0]!)
    expect(off[2]).toBeLessThan(0.6 * off[1]!)
  })

  it('adds up exactly, however few the samples', async () => {
    for (const samples of [60, 100, 700]) {
      const { values, certificate } = await explain(game(30, tangled(30)), everyone(30), shap({ ...zero, samples }), {
        target: 0,
      })
      const difference = certificate.targets[0]!.score - certificate.baselines[0]!.scores[0]!
      expect(Math.abs(sum(values) - difference) / Math.abs(difference)).toBeLessThan(1e-6)
      expect(Math.abs(certificate.evidence.completeness!.relative[0]!)).toBeLessThan(1e-12)
    }
  })

  it('gives each size the share of the kernel that it has, enumerated or drawn', () => {
    const players = 20
    const whole = shapleyDesign(players, 4000, (pair) => randomStream(5, pair))
    expect(whole.enumerated).toBe(40 + 380)
    const design = partial(whole, whole.count)
    const shares = new Float64Array(players)
    for (let row = 0; row < design.count; row++) {
      shares[sum(design.present.subarray(row * players, (row + 1) * players))]! += design.weights[row]!
    }
    expect(sum(shares)).toBeCloseTo(1, 10)
    const kernel = Array.from(shares, (_, s) => (s === 0 ? 0 : 1 / (s * (players - s))))
    shares.forEach((share, s) => {
      expect(share).toBeCloseTo(kernel[s]! / sum(kernel), 1.7)
    })
    for (let row = design.enumerated; row < design.count; row += 2) {
      for (let i = 0; i < players; i++) {
        expect(design.present[row * players + i]! + design.present[(row + 1) * players + i]!).toBe(1)
      }
    }
  })

  it('stays stable with 200 segments', async () => {
    const slopes = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i))
    const model = game(200, (present) => sum(present.map((one, i) => one * slopes[i]!)))
    const { values } = await explain(model, everyone(200), shap({ ...zero, samples: 900 }), { target: 0 })
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(slopes[i]!, 4)
    })
  })

  it('yields estimates that add up on the way', async () => {
    const sums: number[] = []
    for await (const { values } of explain.stream(
      game(20, tangled(20)),
      everyone(20),
      shap({ ...zero, samples: 300 }),
      { target: 0 },
    )) {
      sums.push(sum(values))
    }
    expect(sums).toHaveLength(3)
    for (const one of sums) expect(one / sums[2]!).toBeCloseTo(1, 5)
  })
})

describe('players', () => {
  const picture = fromPredict(
    ({ shape, data }: NDArray) => ({
      shape: [shape[0]!, 1],
      // The left half, first channel, and a product of the two corners on the right.
      data: Float32Array.from({ length: shape[0]! }, (_, row) => {
        const at = (y: number, x: number, c: number) => data[((row * 8 + y) * 8 + x) * 2 + c]!
        let total = at(0, 7, 1) * at(7, 7, 1)
        for (let y = 0; y < 8; y++) for (let x = 0; x < 4; x++) total += at(y, x, 0) / 32
        return total
      }),
    }),
    { inputs: [null, 8, 8, 2], outputs: [null, 1], output: 'scores' },
  )
  const image: NDArray = { shape: [2, 8, 8, 2], data: new Float32Array(256).fill(1) }
  const quarters: NDArray = {
    shape: [8, 8],
    data: Float32Array.from({ length: 64 }, (_, i) => 10 * Number(i >= 32) + 3 * Number(i % 8 > 3)),
  }

  it('can be given, and get a picture whose positions add up to their value', async () => {
    const { maps } = await explain(picture, image, shap({ ...zero, segments: quarters }), { target: 0 })
    const [map] = Object.values(maps)
    expect(map).toMatchObject({ shape: [2, 8, 8], axes: ['batch', 'height', 'width'], domain: 'spatial' })
    for (const one of [map!.data.subarray(0, 64), map!.data.subarray(64)]) {
      one.forEach((value) => {
        expect(value).toBeCloseTo(0.5 / 16, 6)
      })
    }
    expect([...new Set(map!.segments!.data)]).toEqual([0, 1, 2, 3])
  })

  it('of several inputs are counted together, token numbers among them where the baseline gives their values', async () => {
    const model = fromPredict(
      (inputs: Readonly<Record<string, NDArray>>) => {
        const { tokens, weights } = inputs as { tokens: NDArray; weights: NDArray }
        const data = Float32Array.from({ length: tokens.shape[0]! }, (_, row) =>
          sum(
            tokens.data
              .subarray(row * 3, row * 3 + 3)
              .map((token, i) => (token === 7 ? weights.data[row * 3 + i]! : 0)),
          ),
        )
        return { score: { shape: [tokens.shape[0]!, 1], data } }
      },
      {
        inputs: { tokens: { shape: [null, 3], dtype: 'int32' }, weights: [null, 3] },
        outputs: { score: [null, 1] },
        output: 'scores',
      },
    )
    const inputs = {
      tokens: { shape: [1, 3], data: Float32Array.of(7, 1, 7) },
      weights: { shape: [1, 3], data: Float32Array.of(2, 3, 4) },
    }
    const still = await explain(model, inputs, shap(zero), { target: 0 })
    expect(Object.keys(still.maps)).toEqual(['weights'])
    expect([...still.maps['weights']!.data]).toEqual([2, 0, 4])
    const nothing = {
      inputs: { tokens: { shape: [3], data: new Float32Array(3) }, weights: { shape: [3], data: new Float32Array(3) } },
    }
    const both = await explain(model, inputs, shap({ baseline: nothing }), { target: 0 })
    expect([...both.maps['tokens']!.data]).toEqual([1, 0, 2])
    expect([...both.maps['weights']!.data]).toEqual([1, 0, 2])
  })

  it('do not depend on batch mates, though superpixels differ in number', async () => {
    const random = randomStream(3)
    const noisy: NDArray = { shape: [3, 8, 8, 2], data: Float32Array.from({ length: 384 }, () => random.normal()) }
    const method = shap({ ...zero, count: 12, samples: 60 })
    const together = await explain(picture, noisy, method, { target: 0 })
    for (let row = 0; row < 3; row++) {
      const one = { shape: [1, 8, 8, 2], data: noisy.data.slice(row * 128, (row + 1) * 128) }
      expect((await explain(picture, one, method, { target: 0 })).values).toEqual(
        together.values.slice(row * 64, (row + 1) * 64),
      )
    }
    const segments = Object.values(together.maps)[0]!.segments!
    const counts = [0, 1, 2].map((row) => 1 + Math.max(...segments.data.subarray(row * 64, (row + 1) * 64)))
    expect(new Set(counts).size).toBeGreaterThan(1)
  })

  it('are refused by a typed error if they do not fit, and so are too few samples', async () => {
    const run = (options: object) => explain(picture, image, shap({ ...zero, ...options }), { target: 0 })
    await expect(run({ segments: { shape: [4, 4], data: new Float32Array(16) } })).rejects.toMatchObject({
      code: 'bad-shape',
    })
    await expect(run({ segments: { shape: [8, 8], data: new Float32Array(64).fill(0.5) } })).rejects.toMatchObject({
      code: 'bad-option',
      message: /0\.5/,
    })
    await expect(run({ segments: 'features', samples: 100 })).rejects.toMatchObject({ code: 'bad-option', cure: /128/ })
  })

  it('leave no tensor behind', async () => {
    const before = tf.memory().numTensors
    await explain(picture, image, shap({ ...zero, count: 4 }), { target: 0 })
    await expect(
      explain(picture, image, shap({ ...zero, segments: 'features', samples: 100 }), { target: 0 }),
    ).rejects.toThrow()
    expect(tf.memory().numTensors).toBe(before)
  })
})
