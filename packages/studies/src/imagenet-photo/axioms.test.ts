import { fromFunction, fromLayersModel, type LayeredModel, type NDArray, randomStream } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { useBackend } from '@explainnet/node'
import { mean, memory, relu, stack, sub, type Tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildNetwork, initialise } from '../train/network.ts'
import { type AxiomName, checkAxioms, type MethodFrom } from './axioms.ts'
import { reorderedCopy } from './reordered-copy.ts'

const size = 12
const random = randomStream(4)
const input: NDArray = {
  shape: [1, size, size, 3],
  data: Float32Array.from({ length: size * size * 3 }, () => random.normal()),
}
let layers: LayersModel
let model: LayeredModel
beforeAll(async () => {
  await useBackend('wasm')
  registerGradients()
  layers = buildNetwork(
    {
      name: 'small',
      inputShape: [size, size, 3],
      stages: [{ width: 6 }, 'pool', { width: 8 }, 'residual', { width: 5 }],
      dropout: 0.1,
      classes: 3,
    },
    'softmax',
  )
  initialise(layers, 1)
  model = fromLayersModel(layers)
  // A fresh network scores all classes nearly alike.
  for (const parameter of model.parameters!()) {
    if (/kernel$/.test(parameter.name)) parameter.write((await parameter.read()).map((value) => 3 * value))
    if (/gamma|beta|moving_variance/.test(parameter.name)) {
      parameter.write((await parameter.read()).map((value, i) => value + 0.5 * (i % 4)))
    }
  }
})
afterAll(() => layers.dispose())

const integrated: MethodFrom = (baseline = 'zero') => integratedGradients({ steps: 200, baseline })
const failing = async (method: MethodFrom, of = model): Promise<AxiomName[]> =>
  (await checkAxioms(of, input, method)).filter(({ passed }) => passed === false).map(({ axiom }) => axiom)

/** Integrated gradients, changed by `change`. */
const changed =
  (change: (values: Float64Array | Float32Array) => void): MethodFrom =>
  (baseline = 'zero') => {
    const inner = integratedGradients({ steps: 20, baseline })
    return {
      ...inner,
      async *attribute(task) {
        for await (const estimate of inner.attribute(task)) {
          for (const { data } of Object.values(estimate.maps)) change(data)
          yield estimate
        }
      },
    }
  }

describe('checkAxioms', () => {
  it('finds that integrated gradients hold all six, and leaks no tensor', async () => {
    const before = memory().numTensors
    const checks = await checkAxioms(model, input, integrated)
    expect(checks.map(({ passed }) => passed)).toEqual(Array(6).fill(true))
    expect(checks.every(({ measured }) => measured !== null && measured >= 0)).toBe(true)
    expect(memory().numTensors).toBe(before)
  })
  it('finds that the gradient times the difference does not add up', async () => {
    const once: MethodFrom = (baseline = 'zero') => integratedGradients({ quadrature: 'right', steps: 1, baseline })
    expect(await failing(once)).toEqual(['completeness'])
  })
  it('finds a method that marks what the network cannot see, and what changes nothing', async () => {
    const marks = changed((values) => values.fill(1, 0, 5).fill(2, values.length - 5))
    expect(await failing(marks)).toEqual(expect.arrayContaining(['completeness', 'sensitivity (b), dummy', 'symmetry']))
  })
  it('finds a method that is not linear', async () => {
    expect(await failing(changed((values) => values.set(values.map((value) => value * value))))).toContain('linearity')
  })
  it('finds a method that gives nothing where the score is flat at the input', async () => {
    // 1 − ReLU(1 − x), the example of the paper.
    const flat = fromFunction(
      (x: Tensor) => {
        const score = mean(sub(1, relu(sub(1, x))), [1, 2, 3])
        return stack([score, sub(0, score)], 1)
      },
      { inputs: [null, size, size, 3], outputs: [null, 2] },
    )
    const two = { shape: input.shape, data: input.data.map((_, i) => (i === 0 ? 0 : 2)) }
    const gradient: MethodFrom = (baseline = 'zero') => integratedGradients({ quadrature: 'right', steps: 1, baseline })
    const [, found] = await checkAxioms(flat as LayeredModel, two, gradient)
    expect(found).toMatchObject({ axiom: 'sensitivity (a)', passed: false })
    const [, held, , invariance] = await checkAxioms(flat as LayeredModel, two, integrated)
    expect(held).toMatchObject({ axiom: 'sensitivity (a)', passed: true })
    expect(invariance).toMatchObject({ measured: null, passed: null })
  })
})

describe('reorderedCopy', () => {
  it('is another network with the same outputs', async () => {
    const other = (await reorderedCopy(model))!
    expect(other.layers).toEqual(['block1_conv', 'block4_conv'])
    const outputs = async (of: LayeredModel) =>
      Object.values(await of.predict({ [of.inputs[0]!.name]: input }, { space: 'logit' }))[0]!.data
    const [wanted, found] = [await outputs(model), await outputs(other.model)]
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i]!, 4)
    })
    expect(await other.model.fingerprint!()).not.toBe(await model.fingerprint!())
    other.model.dispose()
  })
})
