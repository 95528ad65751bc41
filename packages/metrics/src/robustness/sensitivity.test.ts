import '@tensorflow/tfjs-backend-cpu'
import { type AttributionMethod, apiVersion, fromFunction, inputMaps, type NDArray, rowOf } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import captum from '../../fixtures/captum-sensitivity.json' with { type: 'json' }
import { mapChanges, sensitivity } from './sensitivity.ts'

const gradientMethod = (value: (x: number, gradient: number) => number): AttributionMethod<'gradients'> => ({
  apiVersion,
  name: 'gradient-method',
  needs: 'gradients',
  deterministic: true,
  options: {},
  async *attribute(task) {
    const maps = inputMaps(task)
    for await (const { row, gradients } of task.gradients(task.originals)) {
      for (const [name, { data }] of Object.entries(maps)) {
        const x = rowOf(task.inputs[name]!, row)
        x.forEach((one, i) => {
          data[row * x.length + i] = value(one, gradients[name]![i]!)
        })
      }
    }
    yield { maps }
  },
})
const gradient = gradientMethod((_, g) => g)
const inputXGradient = gradientMethod((x, g) => x * g)

const matrix = (rows: readonly (readonly number[])[]): NDArray => ({
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
})
const model = (forward: (x: tf.Tensor2D) => tf.Tensor, features: number, outputs: number) =>
  fromFunction((x: tf.Tensor) => ({ out: forward(x as tf.Tensor2D) }), {
    inputs: [null, features],
    outputs: { out: [null, outputs] },
  })

describe('Sensitivity', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu')
  })
  const linear = () => model((x) => tf.matMul(x, tf.tensor2d([[2], [-1], [0.5]])), 3, 1)

  it('of the gradient of a linear function is zero', async () => {
    const { max, average } = await sensitivity(
      linear(),
      matrix([
        [1, 2, 3],
        [0, 1, -1],
      ]),
      gradient,
      { target: 0 },
    )
    expect(max.values).toEqual([0, 0])
    expect(average.interval.mean).toBe(0)
  })

  it('of input × gradient of a linear function is that of the perturbed input, and scales with the radius', async () => {
    const input = matrix([[1, 2, 3]])
    const of = (radius: number) => sensitivity(linear(), input, inputXGradient, { target: 0, radius, samples: 4 })
    const [small, large] = [await of(0.01), await of(0.02)]
    expect(large.max.values[0]! / small.max.values[0]!).toBeCloseTo(2, 3)
    // The largest change a value can have is the radius; the map is linear in it.
    const bound = (0.01 * 2 * Math.hypot(2, 1, 0.5)) / Math.hypot(2, 2, 1.5)
    expect(small.max.values[0]!).toBeLessThanOrEqual(bound)
    expect(small.average.values[0]!).toBeLessThan(small.max.values[0]!)
  })

  it('prints the radius of each example in its own units', async () => {
    const { max } = await sensitivity(
      linear(),
      matrix([
        [1, 2, 3],
        [0, 1, -9],
      ]),
      gradient,
      { target: 0, radius: 0.1 },
    )
    expect(max.parameters['radii']).toEqual([expect.closeTo(0.2, 6), expect.closeTo(1, 6)])
  })

  it("equals Captum's for the same perturbations", async () => {
    const { first, second, inputs, changes, target } = captum
    const weights = [matrix(first), matrix(second)].map(
      ({ shape, data }) =>
        () =>
          tf.tensor2d(data, [shape[0]!, shape[1]!]),
    )
    const network = model(
      (x) => tf.matMul(tf.tanh(tf.matMul(x, weights[0]!(), false, true)), weights[1]!(), false, true),
      4,
      3,
    )
    const name = network.inputs[0]!.name
    const perturbed = changes.map((change) => ({
      [name]: matrix(inputs.map((row) => row.map((value, i) => value + change[i]!))),
    }))
    const { values } = await mapChanges(network, { [name]: matrix(inputs) }, perturbed, inputXGradient, { target })
    values.forEach((list, example) => {
      expect(Math.abs(Math.max(...list) - captum.max[example]!)).toBeLessThan(1e-4)
    })
  })

  it('of an example does not depend on its batch', async () => {
    const smooth = model((x) => tf.matMul(tf.tanh(x), tf.tensor2d([[2], [-1], [0.5]])), 3, 1)
    const both = await sensitivity(
      smooth,
      matrix([
        [1, 2, 3],
        [0.2, 1, -1],
      ]),
      inputXGradient,
      { target: 0 },
    )
    const alone = await sensitivity(smooth, matrix([[0.2, 1, -1]]), inputXGradient, { target: 0 })
    expect(alone.max.values[0]).toBeCloseTo(both.max.values[1]!, 6)
  })

  it('refuses a radius of nothing and no samples', async () => {
    const input = matrix([[1, 2, 3]])
    await expect(sensitivity(linear(), input, gradient, { radius: 0 })).rejects.toMatchObject({ code: 'bad-option' })
    await expect(sensitivity(linear(), input, gradient, { samples: 0 })).rejects.toMatchObject({ code: 'bad-option' })
  })
})
