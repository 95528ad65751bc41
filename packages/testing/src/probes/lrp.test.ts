import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { type AttributionMethod, type BackwardRule, explain, fromLayersModel, inputMaps } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { normals } from '../models/networks.ts'

registerGradients()
beforeAll(async () => {
  await tf.setBackend('wasm')
})

const epsilon = 1e-6

/** z, pushed away from zero without changing its sign. */
const stabilised = (z: tf.Tensor) =>
  tf.add(z, tf.mul(epsilon, tf.sub(tf.mul(2, tf.cast(tf.greaterEqual(z, 0), 'float32')), 1)))

/**
 * LRP-ε as a backward rule. What runs back is relevance ÷ activation, so that for a linear operation without bias
 * R_in ÷ a_in = wᵀ(R_out ÷ z): the ordinary gradient of what is divided by z. Hence only where a bias is added, or an
 * activation changes its input, is there something to decide.
 */
const epsilonRule: BackwardRule = ({ op, inputs, output }, dy) => {
  // Here dy is R ÷ output. By the rule all of R goes to the input z of the rectifier, or to the summands by their share.
  const relevance = () => tf.mul(dy, output)
  switch (op) {
    case 'Relu':
      return { x: () => tf.div(relevance(), stabilised(inputs['x']!)) }
    case 'Add':
    case 'AddN':
      // z = Σ parts: part · R ÷ z, divided by part.
      return Object.fromEntries(
        Object.keys(inputs).map((name) => [
          name,
          () => reduceTo(tf.div(relevance(), stabilised(output)), inputs[name]!),
        ]),
      )
    default:
      return undefined
  }
}

function reduceTo(x: tf.Tensor, like: tf.Tensor): tf.Tensor {
  if (x.rank === like.rank) return x
  return tf.sum(
    x,
    Array.from({ length: x.rank - like.rank }, (_, axis) => axis),
  )
}

const lrp: AttributionMethod<'gradients'> = {
  apiVersion: 1,
  name: 'lrp-epsilon',
  needs: 'gradients',
  deterministic: true,
  options: {},
  async *attribute(task) {
    const maps = inputMaps(task)
    for await (const { row, gradients } of task.gradients(task.originals, { rule: epsilonRule })) {
      for (const [name, { data }] of Object.entries(maps)) {
        const start = row * gradients[name]!.length
        gradients[name]!.forEach((ratio, i) => {
          data[start + i] = ratio * task.inputs[name]!.data[start + i]!
        })
      }
    }
    yield { maps }
  },
}

/** x → h1 = relu(x·A) → { h2 = relu(h1·B), h1 } → h1 + h2 → ·C, all without bias. */
const sizes = { input: 5, hidden: 6, classes: 3 }
const weights = {
  A: normals([sizes.input, sizes.hidden], 1, 0.6),
  B: normals([sizes.hidden, sizes.hidden], 2, 0.5),
  C: normals([sizes.hidden, sizes.classes], 3, 0.7),
}

function branching() {
  const dense = (units: number, activation: 'relu' | 'linear', name: string) =>
    tfl.layers.dense({ units, activation, useBias: false, name })
  const input = tfl.input({ shape: [sizes.input], name: 'x' })
  const h1 = dense(sizes.hidden, 'relu', 'a').apply(input) as tfl.SymbolicTensor
  const h2 = dense(sizes.hidden, 'relu', 'b').apply(h1) as tfl.SymbolicTensor
  const sum = tfl.layers.add().apply([h1, h2]) as tfl.SymbolicTensor
  const out = dense(sizes.classes, 'linear', 'c').apply(sum) as tfl.SymbolicTensor
  const model = tfl.model({ inputs: input, outputs: out })
  for (const [name, { shape, data }] of Object.entries(weights)) {
    model.getLayer(name.toLowerCase()).setWeights([tf.tensor(data, [...shape])])
  }
  return fromLayersModel(model)
}

type Matrix = number[][]
const matrix = ({ shape: [rows, columns], data }: (typeof weights)['A']): Matrix =>
  Array.from({ length: rows! }, (_, i) => Array.from({ length: columns! }, (_, j) => data[i * columns! + j]!))

/** The rule as it is printed, layer by layer: R_i = Σ_j a_i w_ij R_j ÷ (z_j + ε·sign z_j). */
function throughDense(a: number[], w: Matrix, relevance: number[]): number[] {
  const z = w[0]!.map((_, j) => a.reduce((sum, value, i) => sum + value * w[i]![j]!, 0))
  return a.map((value, i) =>
    relevance.reduce((sum, r, j) => {
      if (r === 0) return sum
      return sum + (value * w[i]![j]! * r) / (z[j]! + epsilon * (z[j]! >= 0 ? 1 : -1))
    }, 0),
  )
}

function byHand(x: number[], index: number): number[] {
  const [A, B, C] = [matrix(weights.A), matrix(weights.B), matrix(weights.C)]
  const relu = (a: number[], w: Matrix) =>
    w[0]!.map((_, j) =>
      Math.max(
        0,
        a.reduce((sum, value, i) => sum + value * w[i]![j]!, 0),
      ),
    )
  const h1 = relu(x, A)
  const h2 = relu(h1, B)
  const sum = h1.map((value, i) => value + h2[i]!)
  const score = sum.reduce((total, value, i) => total + value * C[i]![index]!, 0)
  const ofSum = throughDense(
    sum,
    C.map((row) => [row[index]!]),
    [score],
  )
  const share = (part: number[]) => ofSum.map((r, i) => (sum[i] === 0 ? 0 : (part[i]! * r) / (sum[i]! + epsilon)))
  const ofH1 = throughDense(h1, B, share(h2)).map((r, i) => r + share(h1)[i]!)
  return throughDense(x, A, ofH1)
}

describe('LRP-ε through backward rules', () => {
  const inputs = normals([4, sizes.input], 9)

  it('agrees with the rule worked out layer by layer on a branching network', async () => {
    const { values } = await explain(branching(), inputs, lrp, { target: 1 })
    for (let row = 0; row < 4; row++) {
      const x = Array.from(inputs.data.subarray(row * sizes.input, (row + 1) * sizes.input))
      byHand(x, 1).forEach((wanted, i) => {
        expect(values[row * sizes.input + i]!).toBeCloseTo(wanted, 4)
      })
    }
  })

  it('conserves relevance where there is no bias', async () => {
    const { values, certificate } = await explain(branching(), inputs, lrp, { target: 1 })
    for (let row = 0; row < 4; row++) {
      const total = values.subarray(row * sizes.input, (row + 1) * sizes.input).reduce((a, b) => a + b, 0)
      expect(total).toBeCloseTo(certificate.targets[row]!.score, 4)
    }
  })

  it('tells the rule which layer ran an operation', async () => {
    const seen = new Set<string>()
    const spying: AttributionMethod<'gradients'> = {
      ...lrp,
      async *attribute(task) {
        const rule: BackwardRule = (call, dy) => {
          seen.add(`${call.op} in ${call.layer?.name}`)
          return epsilonRule(call, dy)
        }
        for await (const _ of task.gradients(task.originals, { rule }));
        yield { maps: inputMaps(task) }
      },
    }
    await explain(branching(), inputs, spying, { target: 1 })
    expect([...seen].filter((one) => one.startsWith('Relu')).sort()).toEqual(['Relu in a', 'Relu in b'])
  })
})
