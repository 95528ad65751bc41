import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { type AttributionMethod, explain, fromFunction, randomStream } from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type IntegratedGradientsOptions, integratedGradients } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

const rows = (...values: number[][]) => ({
  shape: [values.length, values[0]!.length],
  data: Float32Array.from(values.flat()),
})
const close = (values: Float32Array, expected: readonly number[], digits = 4) => {
  expect(values.length).toBe(expected.length)
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, digits)
  })
}

/** Scores: 2a − 3b + 5, a² + b², a·b, min(a, b), max(a, b), 1 − e^(−30a). */
const functions = fromFunction(
  (x: tf.Tensor) => {
    const [a, b] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]
    return tf.concat(
      [
        tf.add(tf.sub(tf.mul(2, a), tf.mul(3, b)), 5),
        tf.add(tf.square(a), tf.square(b)),
        tf.mul(a, b),
        tf.minimum(a, b),
        tf.maximum(a, b),
        tf.sub(1, tf.exp(tf.mul(-30, a))),
      ],
      1,
    )
  },
  { inputs: [null, 2], outputs: [null, 6] },
)

/** A ReLU network with a kink at every unit. */
const units = 40
const random = randomStream(3)
const first = Float32Array.from({ length: 4 * units }, () => random.normal())
const offsets = Float32Array.from({ length: units }, () => 0.7 * random.normal())
const second = Float32Array.from({ length: units }, () => random.normal())
const kinked = fromFunction(
  (x: tf.Tensor) => {
    const hidden = tf.relu(tf.add(tf.matMul(x, tf.tensor2d(first, [4, units])), tf.tensor1d(offsets)))
    return tf.matMul(hidden, tf.tensor2d(second, [units, 1]))
  },
  { inputs: [null, 4], outputs: [null, 1] },
)
const kinkedInput = rows([1, -0.5, 0.3, 2], [0.1, 0.2, -0.1, 0.05], [-2, 1, 0, 0.7])

const attribute = (options: Partial<IntegratedGradientsOptions>, target: number, input = rows([1, 2])) =>
  explain(functions, input, integratedGradients(options), { target })

describe('integrated gradients', () => {
  it.each([
    ['a linear function: slope × distance', 0, [1.2, -4.5]],
    ['a quadratic function: x² − b²', 1, [0.84, 3.75]],
    ['a product: the distance × the mean of the other factor', 2, [0.75, 1.05]],
    ['a minimum: all to the smaller', 3, [0.6, 0]],
    ['a maximum: all to the larger', 4, [0, 1.5]],
  ] as const)('of %s', async (_, target, expected) => {
    const baseline = { inputs: rows([0.4, 0.5]) }
    for (const options of [{ steps: 20 }, { quadrature: 'gauss-legendre', steps: 4 }, {}] as const) {
      close((await attribute({ ...options, baseline }, target)).values, expected, 3)
    }
  })

  const baseline = { value: 0.5 }
  it('add up to f(x) − f(b), and tell by how much they do not', async () => {
    const { values, certificate } = await attribute({ quadrature: 'left', steps: 10, baseline }, 1)
    const { delta, relative } = certificate.evidence.completeness!
    expect(values[0]! + values[1]! - (5 - 0.5)).toBeCloseTo(delta[0]!, 5)
    // The left rule misses h/2·(difference of the slopes at the ends): 0.05·(0.5·1 + 1.5·3).
    expect(delta[0]).toBeCloseTo(-0.05 * (0.5 * 1 + 1.5 * 3), 4)
    expect(relative[0]).toBeCloseTo(0.25 / 4.5, 4)
    expect(certificate.evidence.converged).toBeUndefined()
    expect(certificate.evidence.evaluations).toEqual([10])
    expect(certificate.baselines[0]!.scores).toEqual([0.5])
  })

  it('reach early saturation by doubling until completeness holds', async () => {
    const { values, certificate } = await attribute({ baseline: 'zero' }, 5)
    expect(values[0]).toBeCloseTo(1, 2)
    expect(values[1]).toBe(0)
    const { converged, evaluations, change, completeness } = certificate.evidence
    expect(converged).toEqual([true])
    expect(evaluations![0]).toBeGreaterThan(57)
    expect(change![0]).toBeLessThanOrEqual(0.05)
    expect(completeness!.relative[0]).toBeLessThanOrEqual(0.01)
  })

  it('stop at the second doubling where the integral is exact from the start', async () => {
    const { certificate } = await attribute({}, 0)
    expect(certificate.evidence).toMatchObject({ converged: [true], evaluations: [29], change: [0] })
    expect(certificate.cost.backward).toBe(29)
  })

  it('do not stop on completeness alone: errors that cancel are seen in the change of the map', async () => {
    // f = g(a) − g(b) with equal inputs: both errors of the integration are equal and cancel in the sum.
    const cancelling = fromFunction(
      (x: tf.Tensor) => {
        const [a, b] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]
        const g = (t: tf.Tensor) => tf.sub(1, tf.exp(tf.mul(-200, t)))
        return tf.sub(g(a), g(b))
      },
      { inputs: [null, 2], outputs: [null, 1] },
    )
    const { values, certificate } = await explain(cancelling, rows([1, 1]), integratedGradients(), { target: 0 })
    expect(certificate.evidence.completeness!.delta[0]).toBeCloseTo(0, 5)
    expect(certificate.evidence.evaluations![0]).toBeGreaterThan(200)
    expect(values[0]).toBeCloseTo(1, 1)
  })

  it('say what was reached where the evaluations do not suffice', async () => {
    const { certificate } = await attribute({ tolerance: 1e-4, steps: 60, baseline: 'zero' }, 5, rows([1, 2], [0, 1]))
    expect(certificate.evidence.converged).toEqual([false, true])
    expect(certificate.evidence.evaluations).toEqual([57, 29])
    const [warning, ...others] = certificate.warnings.filter(({ code }) => code === 'not-converged')
    expect(others).toEqual([])
    expect(warning).toMatchObject({ example: 0 })
    expect(warning!.message).toMatch(/After 57 evaluations completeness is off by [\d.]+ % and .* by [\d.]+ %/)
  })

  it('converge on a ReLU network, each example in its own time and as if it were alone', async () => {
    const method = integratedGradients({ tolerance: 0.005 })
    const together = await explain(kinked, kinkedInput, method, { target: 0, maxChunk: 7 })
    expect(new Set(together.certificate.evidence.evaluations).size).toBeGreaterThan(1)
    for (let row = 0; row < 3; row++) {
      const input = rows([...kinkedInput.data.slice(row * 4, row * 4 + 4)])
      const alone = await explain(kinked, input, method, { target: 0 })
      expect(alone.values).toEqual(together.values.slice(row * 4, row * 4 + 4))
      expect(alone.certificate.evidence.evaluations![0]).toBe(together.certificate.evidence.evaluations![row])
    }
  })

  it.each(['gauss-legendre', 'left', 'right', 'middle'] as const)(
    'converge by the %s rule, too',
    async (quadrature) => {
      const fine = await explain(kinked, kinkedInput, integratedGradients({ steps: 2000 }), { target: 0 })
      const { values, certificate } = await explain(
        kinked,
        kinkedInput,
        integratedGradients({ quadrature, tolerance: 0.01, steps: 4000 }),
        { target: 0 },
      )
      expect(certificate.evidence.converged).toEqual([true, true, true])
      const total = fine.values.reduce((sum, value) => sum + Math.abs(value), 0)
      const off = fine.values.reduce((sum, value, i) => sum + Math.abs(value - values[i]!), 0)
      expect(off / total).toBeLessThan(0.05)
    },
  )

  it('count a difference within the rounding of float32 as none', async () => {
    const flat = fromFunction((x: tf.Tensor) => tf.add(tf.mul(tf.sum(x, 1, true), 1e-7), 1000), {
      inputs: [null, 2],
      outputs: [null, 1],
    })
    const { certificate } = await explain(flat, rows([1, 2]), integratedGradients(), { target: 0 })
    expect(certificate.evidence).toMatchObject({ converged: [true], evaluations: [29] })
  })

  it('give a zero map at the baseline itself', async () => {
    const { values, certificate } = await attribute({ baseline }, 1, rows([0.5, 0.5]))
    expect([...values]).toEqual([0, 0])
    expect(certificate.evidence).toMatchObject({
      completeness: { delta: [0], relative: [0] },
      change: [0],
      converged: [true],
    })
  })

  it('average several baselines, whose mean score then stands for f(b)', async () => {
    const options = { steps: 8, quadrature: 'gauss-legendre' } as const
    const [both, low, high] = await Promise.all([
      attribute({ ...options, baseline: [{ value: 0 }, { value: 1 }] }, 2, rows([1, 2], [3, -1])),
      attribute({ ...options, baseline: { value: 0 } }, 2, rows([1, 2], [3, -1])),
      attribute({ ...options, baseline: { value: 1 } }, 2, rows([1, 2], [3, -1])),
    ])
    close(
      both.values,
      [...low.values].map((value, i) => (value + high.values[i]!) / 2),
    )
    expect(both.certificate.evidence.evaluations).toEqual([16, 16])
    for (const delta of both.certificate.evidence.completeness!.delta) expect(delta).toBeCloseTo(0, 5)
  })

  it('keep the images and gradients along the path on request', async () => {
    const method = { quadrature: 'left', steps: 4, path: true, baseline: 'zero' } as const
    const { extras } = await attribute(method, 1, rows([1, 2], [4, 8]))
    expect(extras['path.alphas']).toEqual({ shape: [4], data: Float32Array.of(0, 0.25, 0.5, 0.75) })
    expect(extras['path.input']!.shape).toEqual([2, 4, 2])
    close(extras['path.input']!.data, [0, 0, 0.25, 0.5, 0.5, 1, 0.75, 1.5, 0, 0, 1, 2, 2, 4, 3, 6])
    close(
      extras['path.gradients.input']!.data,
      [...extras['path.input']!.data].map((value) => 2 * value),
    )
    expect(() => integratedGradients({ path: true })).toThrow(/Give `steps` and no `tolerance`/)
    expect((await attribute({ steps: 4 }, 1)).extras).toEqual({})
  })

  it('put several baselines one after the other along the path', async () => {
    const baseline = [{ value: 0 }, { value: 2 }]
    const { extras } = await attribute({ quadrature: 'trapezoid', steps: 1, path: true, baseline }, 1)
    expect([...extras['path.alphas']!.data]).toEqual([0, 1, 0, 1])
    expect([...extras['path.input']!.data]).toEqual([0, 0, 1, 2, 2, 2, 1, 2])
  })

  it('leave integer inputs as they are along the path', async () => {
    const model = fromFunction(({ x, i }: tf.NamedTensorMap) => tf.sum(tf.mul(x!, tf.cast(i!, 'float32')), 1, true), {
      inputs: { x: [null, 2], i: { shape: [null, 2], dtype: 'int32' } },
      outputs: [null, 1],
    })
    const { maps, certificate } = await explain(model, { x: rows([1, 2]), i: rows([3, 5]) }, integratedGradients(), {
      target: 0,
    })
    expect(Object.keys(maps)).toEqual(['x'])
    close(maps['x']!.data, [3, 10])
    expect(certificate.evidence.completeness!.delta[0]).toBeCloseTo(0, 5)
  })

  it('are complete around a noisy input, whose own score is then f(x)', async () => {
    const seen: number[] = []
    const shifted: AttributionMethod<'gradients'> = {
      ...integratedGradients(),
      async *attribute(task) {
        const derived = task.derive({
          count: task.size,
          example: (row) => row,
          fill: (_, { input }) => input!.set([3, 4]),
        })
        for await (const estimate of integratedGradients().attribute(derived)) {
          seen.push(...(estimate.evidence?.completeness?.delta ?? []))
          yield estimate
        }
      },
    }
    const { values } = await explain(functions, rows([1, 2]), shifted, { target: 1 })
    close(values, [9, 16], 1)
    expect(Math.abs(seen.at(-1)!)).toBeLessThan(0.25)
  })

  it('yield the estimate of every doubling', async () => {
    const evaluations: number[] = []
    for await (const { certificate } of explain.stream(functions, rows([1, 2]), integratedGradients(), { target: 5 })) {
      evaluations.push(certificate.evidence.evaluations![0]!)
    }
    expect(evaluations.slice(0, 4)).toEqual([8, 15, 29, 57])
  })

  it('leave no tensor behind, also when aborted', async () => {
    const before = tf.memory().numTensors
    await explain(kinked, kinkedInput, integratedGradients(), { target: 0 })
    const controller = new AbortController()
    const run = explain(kinked, kinkedInput, integratedGradients({ tolerance: 1e-6 }), {
      target: 0,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    await expect(run).rejects.toMatchObject({ code: 'aborted' })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('describe themselves by JSON, unless the baseline is an array', () => {
    expect(integratedGradients().spec).toEqual({
      module: '@explainnet/integrated-gradients',
      export: 'integratedGradients',
      options: { quadrature: 'trapezoid', steps: 512, tolerance: 0.01, baseline: 'black', path: false },
    })
    expect(JSON.parse(JSON.stringify(integratedGradients({ steps: 50 }).spec!.options))).toEqual({
      quadrature: 'trapezoid',
      steps: 50,
      baseline: 'black',
      path: false,
    })
    expect(integratedGradients({ baseline: { inputs: rows([0, 0]) } }).spec).toBeUndefined()
    expect(integratedGradients({ baseline: ['black', 'uniform'] }).deterministic).toBe(false)
  })
})
