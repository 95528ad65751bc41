import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import pkg from '../package.json' with { type: 'json' }
import type { AttributionMethod, DifferentiableModel, NamedArrays, Target } from './api.ts'
import { explain } from './explain.ts'
import { describeBackend } from './model/backend-record.ts'
import { contrast } from './target.ts'
import { version } from './version.ts'

beforeAll(() => tf.setBackend('cpu'))

/** A stranger's adapter without tfjs: two classes, logit 0 = Σ x², logit 1 = Σ 3x, gradients by hand. */
function quadratic(): DifferentiableModel & { rowsSeen: number[] } {
  const rowsSeen: number[] = []
  const logits = ({ x }: NamedArrays) => {
    const [rows, width] = x!.shape as [number, number]
    rowsSeen.push(rows)
    const data = new Float32Array(rows * 2)
    for (let i = 0; i < rows * width; i++) {
      const row = Math.floor(i / width)
      data[2 * row]! += x!.data[i]! ** 2
      data[2 * row + 1]! += 3 * x!.data[i]!
    }
    return { y: { shape: [rows, 2], data } }
  }
  return {
    rowsSeen,
    kind: 'by-hand',
    inputs: [{ name: 'x', shape: [null, 3], dtype: 'float32', axes: ['batch', 'feature'] }],
    outputs: [{ name: 'y', shape: [null, 2], dtype: 'float32', axes: ['batch', 'feature'] }],
    finalActivation: 'softmax',
    card: { labels: ['square', 'line'] },
    predict: async (inputs, { space }) => {
      const { y } = logits(inputs)
      if (space === 'logit') return { y }
      const data = y.data.map((value, i) => 1 / (1 + Math.exp(y.data[i ^ 1]! - value)))
      return { y: { shape: y.shape, data } }
    },
    async scoreAndGradient(inputs, score) {
      const { y } = logits(inputs)
      const rows = y.shape[0]!
      // The weights of the two logits in the score, found by scoring unit vectors.
      const weights = [0, 1].map((unit) => {
        const data = Float32Array.from({ length: rows * 2 }, (_, i) => (i % 2 === unit ? 1 : 0))
        return tf.tidy(() => score({ y: tf.tensor2d(data, [rows, 2]) }).dataSync())
      })
      const scores = tf.tidy(() => score({ y: tf.tensor2d(y.data, [rows, 2]) }).dataSync()) as Float32Array
      const data = inputs['x']!.data.map((value, i) => {
        const row = Math.floor(i / 3)
        return weights[0]![row]! * 2 * value + weights[1]![row]! * 3
      })
      return { scores, gradients: { x: { shape: inputs['x']!.shape, data } } }
    },
  }
}

const gradient: AttributionMethod<'gradients'> = {
  apiVersion: 1,
  name: 'gradient',
  needs: 'gradients',
  deterministic: true,
  options: {},
  async *attribute(task) {
    const data = new Float32Array(task.inputs['x']!.data.length)
    for await (const { row, gradients } of task.gradients(task.originals)) data.set(gradients['x']!, row * 3)
    yield { maps: { x: { shape: [task.size, 3], data, axes: ['batch', 'feature'], domain: 'input' } } }
  },
}

const input = { shape: [2, 3], data: Float32Array.of(1, 2, 3, -1, 0, 0.5) }

async function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error) => error.code ?? String(error),
  )
}

describe('explain', () => {
  it('takes the predicted class of each example unless told otherwise', async () => {
    const { certificate, values } = await explain(quadratic(), input, gradient)
    expect(certificate.targets.map((target) => target.name)).toEqual(['line', 'square'])
    expect(Array.from(values)).toEqual([3, 3, 3, -2, 0, 1])
  })

  it.each<[string, Target, number[]]>([
    ['an index', 0, [2, 4, 6, -2, 0, 1]],
    ['a label', 'line', [3, 3, 3, 3, 3, 3]],
    ['a contrast', contrast('square', 'line'), [-1, 1, 3, -5, -3, -2]],
    ['one target an example', ['line', 0], [3, 3, 3, -2, 0, 1]],
    [
      'a function of the outputs',
      { name: 'half', score: ({ y }) => tf.mul(0.5, tf.sum(y!, 1)) },
      [2.5, 3.5, 4.5, 0.5, 1.5, 2],
    ],
    [
      'different functions for different examples',
      [
        {
          name: 'double',
          score: ({ y }) => tf.mul(2, tf.reshape(tf.slice2d(y! as tf.Tensor2D, [0, 0], [-1, 1]), [-1])),
        },
        'line',
      ],
      [4, 8, 12, 3, 3, 3],
    ],
  ])('takes %s as the target', async (_, target, expected) => {
    const { values } = await explain(quadratic(), input, gradient, { target })
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5)
    })
  })

  it('explains each example k times for the top k', async () => {
    const { shape, certificate } = await explain(quadratic(), input, gradient, { target: { top: 2 } })
    expect(shape).toEqual([4, 3])
    expect(certificate.targets.map(({ input: row, name }) => [row, name])).toEqual([
      [0, 'line'],
      [0, 'square'],
      [1, 'square'],
      [1, 'line'],
    ])
  })

  it('takes one example without a batch axis', async () => {
    const { shape } = await explain(quadratic(), { shape: [3], data: Float32Array.of(1, 2, 3) }, gradient)
    expect(shape).toEqual([1, 3])
  })

  it.each<[string, Target, string]>([
    ['an unknown label', 'circle', 'unknown-label'],
    ['an index out of range', 2, 'index-out-of-range'],
    ['too many classes', { top: 3 }, 'index-out-of-range'],
    ['a list of the wrong length', [0], 'bad-shape'],
    [
      'a function that mixes rows',
      { name: 'mixing', score: ({ y }) => tf.mul(tf.sum(y!), tf.ones([y!.shape[0]!])) },
      'mixed-rows',
    ],
    ['a function of the wrong shape', { name: 'flat', score: ({ y }) => tf.sum(y!) as never }, 'bad-shape'],
  ])('refuses %s', async (_, target, expected) => {
    expect(await code(explain(quadratic(), input, gradient, { target }))).toBe(expected)
  })

  it('refuses inputs of the wrong shape, name or with non-finite values', async () => {
    const model = quadratic()
    const bad = { shape: [1, 3], data: Float32Array.of(1, Number.NaN, 2) }
    expect(await code(explain(model, { shape: [1, 4], data: new Float32Array(4) }, gradient))).toBe('bad-shape')
    expect(await code(explain(model, { shape: [0, 3], data: new Float32Array(0) }, gradient))).toBe('bad-shape')
    expect(await code(explain(model, { y: input }, gradient))).toBe('unknown-input')
    expect(await code(explain(model, bad, gradient))).toBe('non-finite-input')
  })

  it('refuses what is no method, no model, or made for another contract', async () => {
    expect(await code(explain(quadratic(), input, (() => gradient) as never))).toBe('bad-method')
    expect(await code(explain({} as never, input, gradient))).toBe('unsupported-model')
    expect(await code(explain(quadratic(), input, { ...gradient, apiVersion: 2 as never }))).toBe('versions-differ')
    const { scoreAndGradient: _, ...blackBox } = quadratic()
    expect(await code(explain(blackBox as never, input, gradient))).toBe('needs-gradients')
  })

  it('refuses a map with NaN, of the wrong size, or none', async () => {
    const yields = (data?: Float32Array): AttributionMethod<'gradients'> => ({
      ...gradient,
      async *attribute() {
        if (data) yield { maps: { x: { shape: [2, 3], data, axes: ['batch', 'feature'], domain: 'input' } } }
      },
    })
    expect(await code(explain(quadratic(), input, yields(new Float32Array(6).fill(Number.NaN))))).toBe(
      'non-finite-output',
    )
    expect(await code(explain(quadratic(), input, yields(new Float32Array(5))))).toBe('bad-method')
    expect(await code(explain(quadratic(), input, yields()))).toBe('bad-method')
  })

  it('stops with an error when aborted, and with the estimate at hand when the budget is spent', async () => {
    const slow: AttributionMethod<'gradients'> = {
      ...gradient,
      async *attribute(task) {
        const rows = { count: 10, example: () => 0 }
        const data = new Float32Array(3)
        let n = 0
        for (;;) {
          for await (const { gradients } of task.gradients(rows)) data.set(gradients['x']!)
          data[0] = ++n
          yield { maps: { x: { shape: [1, 3], data, axes: ['batch', 'feature'], domain: 'input' } } }
        }
      },
    }
    const one = { shape: [3], data: Float32Array.of(1, 2, 3) }
    const controller = new AbortController()
    const streamed = explain.stream(quadratic(), one, slow, { signal: controller.signal })
    const first = (await streamed.next()).value!
    expect(first.values[0]).toBe(1)
    controller.abort()
    expect(await code(streamed.next())).toBe('aborted')
    const stopped = await explain(quadratic(), one, slow, { stop: { passes: 25 } })
    expect(stopped.certificate.warnings.map((warning) => warning.code)).toContain('stopped-early')
    expect(stopped.certificate.cost.forward).toBeLessThan(60)
    expect(first.values[0], 'a snapshot, not the accumulator').toBe(1)
  })

  it('gives the same map whatever the chunk size, and never more rows than allowed', async () => {
    const many = { shape: [40, 3], data: Float32Array.from({ length: 120 }, (_, i) => Math.sin(i)) }
    const whole = await explain(quadratic(), many, gradient)
    const model = quadratic()
    const cut = await explain(model, many, gradient, { maxChunk: 7 })
    expect(cut.values).toEqual(whole.values)
    expect(Math.max(...model.rowsSeen)).toBeLessThanOrEqual(7)
  })

  it('counts rows forward and backward, and names seed, versions and hashes in the certificate', async () => {
    const { certificate } = await explain(quadratic(), input, gradient, { seed: 5 })
    expect(certificate.cost).toMatchObject({ forward: 4, backward: 2 })
    expect(certificate.seed).toBe(5)
    expect(certificate.inputs.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(certificate.versions['@explainnet/core']).toBe(version)
    expect(version).toBe(pkg.version)
  })

  it('names the backend in the certificate as the runtime that started it calls it, else as tfjs does', async () => {
    const record = async () => (await explain(quadratic(), input, gradient)).certificate.backend
    expect(await record()).toEqual({ name: 'cpu' })
    describeBackend({ name: 'beads', device: 'an abacus' })
    expect(await record()).toEqual({ name: 'beads', device: 'an abacus' })
    const factory = tf.findBackendFactory('cpu')
    tf.removeBackend('cpu')
    tf.registerBackend('cpu', factory)
    await tf.setBackend('cpu')
    expect(await record()).toEqual({ name: 'cpu' })
  })

  it('scores a method of predictions, its targets and its baselines by probability', async () => {
    const seen: number[] = []
    const byPrediction: AttributionMethod<'predictions'> = {
      ...gradient,
      needs: 'predictions',
      async *attribute(task) {
        for await (const { score } of task.scores(task.originals)) seen.push(score)
        const [baseline] = await task.baselines('zero')
        seen.push(...baseline!.scores)
        const { shape, data } = task.inputs['x']!
        yield { maps: { x: { shape, data, axes: ['batch', 'feature'], domain: 'input' } } }
      },
    }
    const { certificate } = await explain(quadratic(), input, byPrediction, { target: 0 })
    const [one, other] = certificate.targets
    expect(one).toMatchObject({ space: 'probability', score: one!.probability })
    expect(seen.slice(0, 2)).toEqual([one, other].map((target) => Math.fround(target!.score)))
    expect(seen.slice(2)).toEqual([0.5, 0.5])
    expect(certificate.baselines[0]!.scores).toEqual([0.5, 0.5])
  })

  it('gives a function target the outputs that it reads, also where the method scores by probability', async () => {
    const scores: number[] = []
    const byPrediction: AttributionMethod<'predictions'> = {
      ...gradient,
      needs: 'predictions',
      async *attribute(task) {
        for await (const { score } of task.scores(task.originals)) scores.push(score)
        const { shape, data } = task.inputs['x']!
        yield { maps: { x: { shape, data, axes: ['batch', 'feature'], domain: 'input' } } }
      },
    }
    const target = { name: 'sum', score: ({ y }: Record<string, tf.Tensor>) => tf.sum(y!, 1) as tf.Tensor1D }
    await explain(quadratic(), input, byPrediction, { target })
    expect(scores).toEqual([14 + 18, 1.25 - 1.5])
  })

  it('refuses a gradient that is not finite before the method sees it', async () => {
    const model = quadratic()
    const broken: DifferentiableModel = {
      ...model,
      async scoreAndGradient(inputs, score) {
        const found = await model.scoreAndGradient(inputs, score)
        found.gradients['x']!.data[4] = Number.NaN
        return found
      },
    }
    const forgiving: AttributionMethod<'gradients'> = {
      ...gradient,
      async *attribute(task) {
        for await (const { maps } of gradient.attribute(task)) {
          const { data } = maps['x']!
          data.forEach((value, i) => {
            data[i] = value || 0
          })
          yield { maps }
        }
      },
    }
    const both = { shape: [5, 3], data: new Float32Array(15).fill(1) }
    expect(await code(explain(broken, both, forgiving))).toBe('non-finite-output')
  })

  it('keeps the segments that a method gives with its map', async () => {
    const segments = { shape: [2, 3], data: Float32Array.of(0, 0, 1, 0, 1, 1) }
    const bySegment: AttributionMethod<'gradients'> = {
      ...gradient,
      async *attribute() {
        const data = Float32Array.of(1, 2, 3, 4)
        yield { maps: { x: { shape: [2, 2], data, axes: ['batch', 'feature'], domain: 'segments', segments } } }
      },
    }
    const { maps } = await explain(quadratic(), input, bySegment)
    expect(maps['x']!.segments).toEqual(segments)
    expect(maps['x']!.segments!.data).not.toBe(segments.data)
  })

  it('gives no shortcut where there are several maps', async () => {
    const twice: AttributionMethod<'gradients'> = {
      ...gradient,
      async *attribute(task) {
        for await (const { maps } of gradient.attribute(task)) yield { maps: { x: maps['x']!, z: maps['x']! } }
      },
    }
    const result = await explain(quadratic(), input, twice)
    expect(Object.keys(result.maps)).toEqual(['x', 'z'])
    expect(() => result.values).toThrow("'x', 'z'")
  })
})
