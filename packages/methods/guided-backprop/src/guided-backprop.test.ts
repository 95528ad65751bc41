import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { explain, fromFunction, fromLayersModel, randomStream, ruleFromSpec } from '@explainnet/core'
import { saliency } from '@explainnet/saliency'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { deconvnet, guidedBackprop, rectifierRule } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

const row = (...values: number[]) => ({ shape: [1, values.length], data: Float32Array.from(values) })
const columns = (...values: number[]) => ({ inputs: [null, values.length], outputs: [null, 1] })

/** Σ wᵢ·unit(xᵢ): dy at the unit is w, x its input, so that every case of the gate is a column. */
const gates = (unit: (x: tf.Tensor) => tf.Tensor, ...weights: number[]) =>
  fromFunction((x: tf.Tensor) => tf.sum(tf.mul(unit(x), weights), 1, true), columns(...weights))

describe('the gate', () => {
  it('of guided backpropagation lets pass what is positive on both ways, of deconvnet on the way back', async () => {
    const model = gates(tf.relu, 2, -2, 2, -2)
    const x = row(1, 1, -1, -1)
    expect([...(await explain(model, x, saliency())).values]).toEqual([2, -2, 0, -0])
    expect([...(await explain(model, x, guidedBackprop())).values]).toEqual([2, 0, 0, 0])
    expect([...(await explain(model, x, deconvnet())).values]).toEqual([2, 0, 2, 0])
  })

  it('of ReLU6 is closed above 6 too', async () => {
    const model = gates(tf.relu6, 3, -3, 3, 3)
    expect([...(await explain(model, row(1, 1, 7, -1), guidedBackprop())).values]).toEqual([3, 0, 0, 0])
  })
})

const random = randomStream(3)
const numbers = (shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
    shape,
  )

/** Dense ReLU layers, whose activations tfjs fuses into the matrix product where it can. */
function network() {
  const layers = [
    tfl.layers.dense({ inputShape: [5], units: 7, activation: 'relu' }),
    tfl.layers.dense({ units: 6 }),
    tfl.layers.reLU({ maxValue: 6 }),
    tfl.layers.dense({ units: 4, activation: 'relu' }),
    tfl.layers.dense({ units: 3, activation: 'softmax' }),
  ]
  const model = tfl.sequential({ layers })
  model.setWeights(model.getWeights().map((weight) => numbers(weight.shape)))
  return model
}

it('agrees with the gates written as matrices, layer by layer', async () => {
  const layers = network()
  const x = row(0.3, -1.2, 0.8, 0.4, -0.5)
  const weights = await Promise.all(layers.getWeights().map((weight) => weight.array() as Promise<number[][]>))
  const times = (vector: number[], matrix: number[][]) =>
    matrix[0]!.map((_, j) => vector.reduce((sum, value, i) => sum + value * matrix[i]![j]!, 0))
  const plus = (vector: number[], bias: number[]) => vector.map((value, i) => value + bias[i]!)
  const back = (vector: number[], matrix: number[][]) =>
    matrix.map((line) => line.reduce((sum, weight, j) => sum + weight * vector[j]!, 0))
  const [w1, b1, w2, b2, w3, b3, w4] = weights as unknown as [
    number[][],
    number[],
    number[][],
    number[],
    number[][],
    number[],
    number[][],
  ]
  const z1 = plus(times([...x.data], w1), b1)
  const relu = (values: number[]) => values.map((value) => Math.max(0, value))
  const z2 = plus(times(relu(z1), w2), b2)
  const a2 = z2.map((value) => Math.min(6, Math.max(0, value)))
  const z3 = plus(times(a2, w3), b3)
  const guided = (dy: number[], z: number[]) => dy.map((value, i) => (value > 0 && z[i]! > 0 ? value : 0))
  // ReLU with a ceiling is a ReLU and a clip: the clip keeps its own gradient.
  const clipped = (dy: number[]) => dy.map((value, i) => (z2[i]! <= 6 ? value : 0))
  for (const target of [0, 1, 2]) {
    const dy = guided(
      w4.map((line) => line[target]!),
      z3,
    )
    const expected = back(guided(back(guided(clipped(back(dy, w3)), z2), w2), z1), w1)
    const { values } = await explain(fromLayersModel(layers), x, guidedBackprop(), { target })
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 4)
    })
  }
})

it('says in every result that it fails sanity checks', async () => {
  const { certificate } = await explain(gates(tf.relu, 1, -1), row(1, 1), guidedBackprop())
  expect(certificate.warnings.map(({ code }) => code)).toEqual(['fails-sanity-checks'])
})

it('warns that it is the gradient where the network has no ReLU', async () => {
  const { values, certificate } = await explain(gates(tf.tanh, 1, -1), row(0, 0), guidedBackprop())
  expect([...values]).toEqual([1, -1])
  expect(certificate.warnings.map(({ code }) => code)).toContain('no-relu')
})

it('has a rule that a worker can make again', async () => {
  const { spec } = rectifierRule({ kind: 'guided' })
  const again = await ruleFromSpec(spec!)
  expect(again.spec).toEqual(spec)
})

it('leaves no tensor behind', async () => {
  const model = fromLayersModel(network())
  const before = tf.memory().numTensors
  await explain(model, row(1, 2, 3, 4, 5), guidedBackprop())
  await explain(model, row(1, 2, 3, 4, 5), deconvnet())
  expect(tf.memory().numTensors).toBe(before)
})
