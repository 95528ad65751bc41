import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { explain, fromPredict, type NDArray, randomStream } from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { lime } from './index.ts'
import { limeDesign } from './samples.ts'

beforeAll(() => tf.setBackend('cpu'))

const table = (features: number, score: (x: Float32Array) => number) =>
  fromPredict(
    ({ shape, data }: NDArray) => ({
      shape: [shape[0]!, 1],
      data: Float32Array.from({ length: shape[0]! }, (_, row) =>
        score(data.subarray(row * features, (row + 1) * features)),
      ),
    }),
    { inputs: [null, features], outputs: [null, 1], output: 'scores' },
  )
const row = (...values: number[]): NDArray => ({ shape: [1, values.length], data: Float32Array.from(values) })

/** The weighted ridge regression as a dense linear system, solved by elimination with pivots. */
function naive(design: ReturnType<typeof limeDesign>, scores: readonly number[]) {
  const { columns, count, present, weights } = design
  const size = columns + 1
  const at = (r: number, i: number) => (i === columns ? 1 : present[r * columns + i]!)
  const system = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) => {
      let total = i === j && i < columns ? 1 : 0
      for (let r = 0; r < count; r++) total += weights[r]! * at(r, i) * (j < size ? at(r, j) : scores[r]!)
      return total
    }),
  )
  for (let i = 0; i < size; i++) {
    const best = system
      .slice(i)
      .reduce((most, one, k) => (Math.abs(one[i]!) > Math.abs(system[most]![i]!) ? i + k : most), i)
    ;[system[i], system[best]] = [system[best]!, system[i]!]
    for (let r = 0; r < size; r++) {
      if (r === i) continue
      const times = system[r]![i]! / system[i]![i]!
      system[r] = system[r]!.map((value, j) => value - times * system[i]![j]!)
    }
  }
  const solution = system.map((one, i) => one[size]! / one[i]!)
  const weight = weights.reduce((a, b) => a + b, 0)
  const mean = scores.reduce((total, score, r) => total + weights[r]! * score, 0) / weight
  let [left, spread] = [0, 0]
  scores.forEach((score, r) => {
    const fitted = solution.reduce((total, one, i) => total + one * at(r, i), 0)
    left += weights[r]! * (score - fitted) ** 2
    spread += weights[r]! * (score - mean) ** 2
  })
  return { coefficients: solution.slice(0, columns), rSquared: 1 - left / spread }
}

describe('LIME', () => {
  const curved = (x: Float32Array) => Math.tanh(x[0]! * x[1]!) + 0.5 * x[2]! - x[3]! * x[4]! + x[5]! ** 2

  it('is the weighted ridge regression, solved in another way, and so is its R²', async () => {
    const x = row(1, 2, -1, 0.5, 1.5, -0.7)
    const { values, certificate } = await explain(table(6, curved), x, lime({ samples: 200, baseline: 'zero' }), {
      target: 0,
    })
    const { evidence } = certificate
    // The rows that the method drew: the scores of the same masks.
    const stream = (index: number) => randomStream(0, index)
    const design = limeDesign(6, 200, 0.25, stream)
    const scores = Array.from({ length: 200 }, (_, r) =>
      curved(x.data.map((value, i) => value * design.present[r * 6 + i]!)),
    )
    const wanted = naive(design, scores)
    expect(evidence.fit![0]).toBeGreaterThan(0.3)
    expect(evidence.fit![0]).toBeLessThan(0.95)
    expect(values.length).toBe(6)
    wanted.coefficients.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 5)
    })
    expect(evidence.fit![0]).toBeCloseTo(wanted.rSquared, 6)
    expect(evidence.evaluations).toEqual([200])
  })

  it('finds the slopes of a linear model, but for the penalty, with R² 1', async () => {
    const model = table(4, (x) => 3 * x[0]! - 2 * x[1]! + x[3]!)
    const { values, certificate } = await explain(model, row(1, 1, 1, 1), lime({ baseline: 'zero', samples: 4000 }), {
      target: 0,
    })
    ;[3, -2, 0, 1].forEach((slope, i) => {
      expect(Math.abs(values[i]! - slope)).toBeLessThan(0.02)
    })
    expect(certificate.evidence.fit![0]).toBeGreaterThan(0.9999)
    expect(certificate.evidence.standardError![0]).toBeLessThan(0.01)
  })

  it('weighs rows by √exp(−d²/width²) of the cosine distance, the example itself first', () => {
    const { present, weights } = limeDesign(9, 300, 0.25, (index) => randomStream(1, index))
    expect([...present.subarray(0, 9)]).toEqual(new Array(9).fill(1))
    expect(weights[0]).toBe(1)
    let members = 0
    for (let r = 1; r < 300; r++) {
      const mask = [...present.subarray(r * 9, r * 9 + 9)]
      const size = mask.reduce((a, b) => a + b, 0)
      members += size
      const cosine = size === 0 ? 0 : size / (Math.sqrt(9) * Math.sqrt(size))
      expect(weights[r]).toBeCloseTo(Math.exp(-((1 - cosine) ** 2) / 0.125), 12)
    }
    expect(members / (299 * 9)).toBeCloseTo(0.5, 1.5)
  })

  it('draws every segment of a long row by a bit of its own', () => {
    const { present } = limeDesign(70, 2000, 0.25, (index) => randomStream(2, index))
    for (const [a, b] of [
      [0, 1],
      [0, 32],
      [31, 32],
      [5, 69],
    ] as const) {
      let same = 0
      for (let r = 1; r < 2000; r++) if (present[r * 70 + a] === present[r * 70 + b]) same++
      expect(same / 1999).toBeGreaterThan(0.45)
      expect(same / 1999).toBeLessThan(0.55)
    }
  })

  it('tells by its standard error how much another seed changes', async () => {
    const model = table(6, curved)
    const x = row(1, 2, -1, 0.5, 1.5, -0.7)
    const runs: Float32Array[] = []
    let told = 0
    for (let seed = 0; seed < 12; seed++) {
      const { values, certificate } = await explain(model, x, lime({ samples: 150, baseline: 'zero' }), {
        target: 0,
        seed,
      })
      runs.push(values)
      told += certificate.evidence.standardError![0]! / 12
    }
    let [deviation, size] = [0, 0]
    for (let i = 0; i < 6; i++) {
      const mean = runs.reduce((total, one) => total + one[i]!, 0) / 12
      deviation += Math.sqrt(runs.reduce((total, one) => total + (one[i]! - mean) ** 2, 0) / 11)
      size += Math.abs(mean)
    }
    expect(told / (deviation / size)).toBeGreaterThan(0.6)
    expect(told / (deviation / size)).toBeLessThan(1.6)
  })

  it('warns under ten samples a segment', async () => {
    const codes = async (samples: number) =>
      (
        await explain(table(6, curved), row(1, 1, 1, 1, 1, 1), lime({ samples }), { target: 0 })
      ).certificate.warnings.map(({ code }) => code)
    expect(await codes(59)).toContain('few-samples')
    expect(await codes(60)).not.toContain('few-samples')
  })

  it('says that a model which never changes has nothing to explain', async () => {
    const { values, certificate } = await explain(
      table(3, () => 0.7),
      row(1, 2, 3),
      lime({ samples: 50 }),
      { target: 0 },
    )
    expect([...values]).toEqual([0, 0, 0])
    expect(certificate.warnings.map(({ code }) => code)).toContain('dead-map')
  })
})

describe('LIME on pictures and signals', () => {
  /** The mean of a patch's second channel, and what is around it does not matter. */
  const picture = fromPredict(
    ({ shape, data }: NDArray) => ({
      shape: [shape[0]!, 1],
      data: Float32Array.from({ length: shape[0]! }, (_, r) => {
        let total = 0
        for (let y = 4; y < 8; y++) for (let x = 8; x < 12; x++) total += data[((r * 16 + y) * 16 + x) * 2 + 1]! / 16
        return total
      }),
    }),
    { inputs: [null, 16, 16, 2], outputs: [null, 1], output: 'scores' },
  )
  const random = randomStream(9)
  const image: NDArray = {
    shape: [2, 16, 16, 2],
    data: Float32Array.from({ length: 1024 }, (_, i) => {
      const [y, x] = [Math.floor((i % 512) / 32), Math.floor((i % 32) / 2)]
      return (y >= 4 && y < 8 && x >= 8 && x < 12 ? 3 : 0) + 0.1 * random.normal()
    }),
  }

  it('puts the weight on the segment that matters, whose superpixel follows its edge', async () => {
    const { maps } = await explain(picture, image, lime({ count: 16, samples: 300, baseline: 'zero' }), { target: 0 })
    const [map] = Object.values(maps)
    expect(map).toMatchObject({ shape: [2, 16, 16], axes: ['batch', 'height', 'width'], domain: 'spatial' })
    let [inside, total] = [0, 0]
    map!.data.forEach((value, i) => {
      const [y, x] = [Math.floor((i % 256) / 16), i % 16]
      total += Math.abs(value)
      if (y >= 4 && y < 8 && x >= 8 && x < 12) inside += Math.abs(value)
    })
    expect(inside / total).toBeGreaterThan(0.85)
  })

  it('hides a segment behind its own mean, channel by channel', async () => {
    const sent: NDArray[] = []
    const spy = {
      ...picture,
      predict: (inputs: Parameters<typeof picture.predict>[0], options: Parameters<typeof picture.predict>[1]) => {
        sent.push(Object.values(inputs)[0]!)
        return picture.predict(inputs, options)
      },
    }
    const halves: NDArray = { shape: [16, 16], data: Float32Array.from({ length: 256 }, (_, i) => Number(i % 16 > 7)) }
    const { certificate } = await explain(spy, image, lime({ segments: halves, samples: 40 }), { target: 0 })
    expect(certificate.baselines[0]!.name).toBe('segment-mean')
    const means = [0, 1].map((half) =>
      [0, 1].map((c) => {
        let total = 0
        for (let i = 0; i < 256; i++) if (halves.data[i] === half) total += image.data[2 * i + c]! / 128
        return total
      }),
    )
    const known = new Set<string>()
    for (const { shape, data } of sent) {
      for (let r = 0; r < shape[0]!; r++) {
        const hidden = [0, 1].map((half) =>
          [0, 1].every((c) => Math.abs(data[r * 512 + 2 * (half * 8) + c]! - means[half]![c]!) < 1e-6),
        )
        known.add(hidden.join())
      }
    }
    expect(known).toContain('true,false')
    expect(known).toContain('false,true')
    expect(known).toContain('true,true')
  })

  it('cuts a signal into blocks of time', async () => {
    const signal = fromPredict(
      ({ shape, data }: NDArray) => ({
        shape: [shape[0]!, 1],
        data: Float32Array.from({ length: shape[0]! }, (_, r) => data[r * 40 + 22]! + data[r * 40 + 23]!),
      }),
      { inputs: [null, 40, 1], outputs: [null, 1], output: 'scores' },
    )
    const wave = { shape: [1, 40, 1], data: Float32Array.from({ length: 40 }, (_, i) => 1 + (i % 3)) }
    const { maps } = await explain(signal, wave, lime({ count: 10, samples: 200, baseline: 'zero' }), { target: 0 })
    const [map] = Object.values(maps)
    expect(map!.shape).toEqual([1, 40])
    const top = map!.data.indexOf(Math.max(...map!.data))
    expect(top).toBe(20)
    expect(map!.data.filter((value) => value === map!.data[20])).toHaveLength(4)
  })

  it('does not depend on batch mates', async () => {
    const method = lime({ count: 12, samples: 80 })
    const together = await explain(picture, image, method, { target: 0 })
    const second = { shape: [1, 16, 16, 2], data: image.data.slice(512) }
    expect((await explain(picture, second, method, { target: 0 })).values).toEqual(together.values.slice(256))
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await explain(picture, image, lime({ count: 4, samples: 30 }), { target: 0 })
    const wrong = { shape: [3], data: new Float32Array(3) }
    await expect(explain(picture, image, lime({ segments: wrong }), { target: 0 })).rejects.toMatchObject({
      code: 'bad-shape',
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})
