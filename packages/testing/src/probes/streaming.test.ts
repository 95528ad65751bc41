import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { type Attribution, explain, type FunctionTarget, fromFunction } from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { registerGradients } from '@explainnet/gradients'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { beforeAll, describe, expect, it } from 'vitest'
import { normals, subject } from '../models/networks.ts'
import { staged } from '../models/staged.ts'

registerGradients()
beforeAll(async () => {
  await tf.setBackend('wasm')
})

describe('smoothGrad(integratedGradients())', () => {
  const method = () => smoothGrad(integratedGradients({ steps: 8 }), { samples: 96 })
  const { model, inputs } = subject('image')

  it('streams estimates that settle, and certifies each with what it cost until then', async () => {
    const estimates: Attribution[] = []
    for await (const estimate of explain.stream(model, inputs, method())) estimates.push(estimate)
    expect(estimates.length).toBeGreaterThan(2)
    const passes = estimates.map(({ certificate }) => certificate.cost.backward)
    expect(passes).toEqual([...passes].sort((a, b) => a - b))
    // Nine points of the path a sample and example.
    expect(passes.at(-1)).toBe(3 * 96 * 9)
    const last = estimates.at(-1)!.values
    const distances = estimates.map(({ values }) => Math.hypot(...values.map((value, i) => value - last[i]!)))
    expect(distances[0]!).toBeGreaterThan(distances.at(-2)!)
    expect(estimates.at(-1)!.certificate.method.spec).toMatchObject({
      export: 'smoothGrad',
      inner: { export: 'integratedGradients', options: { steps: 8 } },
    })
  })

  it('is aborted between two estimates, leaving no tensor behind', async () => {
    const before = tf.memory().numTensors
    const controller = new AbortController()
    const seen: Attribution[] = []
    const run = async () => {
      for await (const estimate of explain.stream(model, inputs, method(), { signal: controller.signal })) {
        seen.push(estimate)
        controller.abort()
      }
    }
    await expect(run()).rejects.toMatchObject({ code: 'aborted' })
    expect(seen.length).toBe(1)
    expect(seen[0]!.values.some((value) => value !== 0)).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('stops within its budget of passes, with a map and the warning stopped-early', async () => {
    const { certificate } = await explain(model, inputs, method(), { stop: { passes: 1000 } })
    expect(certificate.warnings.map(({ code }) => code)).toContain('stopped-early')
    // At most one chunk beyond.
    expect(certificate.cost.backward).toBeLessThan(1000 + 256)
  })
})

/** A score for each position and class: [rows, height, width, classes]. */
const segmenter = () => {
  const kernel = normals([3, 3, 2, 4], 31, 0.5)
  const classes = normals([1, 1, 4, 3], 32)
  const weight = ({ shape, data }: typeof kernel) => tf.tensor(data, [...shape]) as tf.Tensor as tf.Tensor4D
  return staged({
    inputs: { picture: [null, 8, 8, 2] },
    stages: [
      {
        name: 'features',
        type: 'Conv2D',
        shape: [null, 8, 8, 4],
        run: ({ picture }) => tf.relu(tf.conv2d(picture as tf.Tensor4D, weight(kernel), 1, 'same')),
      },
      {
        name: 'scores',
        type: 'Conv2D',
        shape: [null, 8, 8, 3],
        run: ({ features }) => tf.conv2d(features as tf.Tensor4D, weight(classes), 1, 'same'),
      },
    ],
  })
}

describe('a segmentation target', () => {
  const { inputs } = subject('image')
  /** The mean score of class 1 in the upper left quarter. */
  const quarter: FunctionTarget = {
    name: 'class 1 in the upper left quarter',
    score: ({ output }) =>
      tf.mean(tf.slice(output! as tf.Tensor4D, [0, 0, 0, 1], [-1, 4, 4, 1]), [1, 2, 3]) as tf.Tensor1D,
  }

  it.each([
    ['saliency', saliency()],
    ['integrated gradients', integratedGradients({ steps: 16 })],
  ])('is explained where it looks and nowhere else, by %s', async (_, method) => {
    const { values, certificate } = await explain(segmenter(), inputs, method, { target: quarter })
    expect(certificate.targets[0]).toMatchObject({ kind: 'function', name: quarter.name })
    values.forEach((value, i) => {
      const [x, y] = [Math.floor(i / 2) % 8, Math.floor(i / 16) % 8]
      // A 3×3 kernel sees one position further.
      if (x > 4 || y > 4) expect(value).toBe(0)
    })
    expect(values.some((value) => value !== 0)).toBe(true)
  })

  it('is explained by Grad-CAM, too', async () => {
    const { shape, values } = await explain(segmenter(), inputs, gradCam({ layer: 'features' }), { target: quarter })
    expect(shape).toEqual([3, 8, 8])
    expect(values.some((value) => value > 0)).toBe(true)
  })

  it('must be one: a model without classes has no prediction to explain', async () => {
    await expect(explain(segmenter(), inputs, saliency())).rejects.toMatchObject({ code: 'unsupported-model' })
  })

  it('must not mix the rows of a batch', async () => {
    const target = {
      name: 'all',
      score: ({ output }) => tf.add(tf.mean(output!, [1, 2, 3]), tf.mean(output!)) as tf.Tensor1D,
    } satisfies FunctionTarget
    await expect(explain(segmenter(), inputs, saliency(), { target })).rejects.toMatchObject({ code: 'mixed-rows' })
  })
})

describe('two inputs', () => {
  it('share the difference of the scores between their maps', async () => {
    const model = fromFunction(({ a, b }) => ({ y: tf.sum(tf.mul(a!, tf.tanh(b!)), 1, true) }), {
      inputs: { a: [null, 4], b: [null, 4] },
      outputs: { y: [null, 1] },
    })
    const inputs = { a: normals([2, 4], 51), b: normals([2, 4], 52) }
    const method = integratedGradients({ quadrature: 'gauss-legendre', steps: 24 })
    const { maps, certificate } = await explain(model, inputs, method, { target: 0 })
    for (let row = 0; row < 2; row++) {
      const total = ['a', 'b']
        .flatMap((name) => Array.from(maps[name]!.data.subarray(row * 4, row * 4 + 4)))
        .reduce((sum, value) => sum + value, 0)
      expect(total).toBeCloseTo(certificate.targets[row]!.score, 5)
    }
  })
})
