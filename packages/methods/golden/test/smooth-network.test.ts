import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import {
  type AttributionMethod,
  type ExplainOptions,
  explain,
  fromLayersModel,
  type LayeredModel,
} from '@explainnet/core'
import { gradCam, gradCamPlusPlus } from '@explainnet/grad-cam'
import { registerGradients } from '@explainnet/gradients'
import { integratedGradients, quadratures } from '@explainnet/integrated-gradients'
import { inputXGradient, saliency } from '@explainnet/saliency'
import { smoothGrad, smoothGradSquared, varGrad } from '@explainnet/smooth-grad'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import fixture from '../fixtures/smooth-network.json' with { type: 'json' }
import { normalsFor, withNoise } from './injected-noise.ts'

const expected: Record<string, number[][]> = fixture.expected
const shape = [2, 6, 6, 2]
const examples = [0, 1].map((i) => Float32Array.from(fixture.inputs.slice(i * 72, (i + 1) * 72)))

function expectClose(values: Float32Array, reference: readonly number[], bound = 1e-5) {
  expect(values.length).toBe(reference.length)
  const top = Math.max(...reference.map(Math.abs))
  const worst = Math.max(...reference.map((value, i) => Math.abs(value - values[i]!)))
  expect(worst / top).toBeLessThanOrEqual(bound)
}

describe.each(['cpu', 'wasm'])('a smooth network of our own, against NumPy in float64, on %s', (backend) => {
  let network: tfl.Sequential
  let model: LayeredModel
  beforeAll(async () => {
    registerGradients()
    await tf.setBackend(backend)
    expect(tf.getBackend()).toBe(backend)
    network = tfl.sequential({
      layers: [
        tfl.layers.conv2d({
          name: 'first',
          filters: 3,
          kernelSize: 3,
          padding: 'same',
          activation: 'softplus',
          inputShape: [6, 6, 2],
        }),
        tfl.layers.conv2d({ name: 'second', filters: 4, kernelSize: 3, activation: 'tanh' }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    })
    network.setWeights(network.getWeights().map((weight, i) => tf.tensor(fixture.weights[i]!, weight.shape)))
    model = fromLayersModel(network)
  })
  afterAll(() => {
    network.dispose()
  })

  const input = { shape, data: Float32Array.from(fixture.inputs) }
  async function check(
    name: string,
    method: AttributionMethod<'gradients'> | AttributionMethod<'layers'>,
    options?: ExplainOptions,
  ) {
    const { values, certificate } = await explain(model, input, method as AttributionMethod<'layers'>, options)
    expect(certificate.targets.map(({ index }) => index)).toEqual(fixture.targets)
    expectClose(values, expected[name]!.flat())
  }

  it('saliency is the gradient of the logit', () => check('saliency', saliency()))
  it('and of the probability where that is asked for', () =>
    check('saliency.probability', saliency(), { space: 'probability' }))
  it('input × gradient', () => check('inputXGradient', inputXGradient()))
  it('input × |gradient|', () => check('inputXGradient.absolute', inputXGradient({ absolute: true })))

  const baseline = { value: fixture.baseline }
  it.each(quadratures)('integrated gradients by the %s rule', (quadrature) =>
    check(
      `integratedGradients.${quadrature}`,
      integratedGradients({ quadrature, steps: fixture.steps[quadrature], baseline }),
    ),
  )
  it('integrated gradients by default come within a thousandth of the integral', async () => {
    const { values } = await explain(model, input, integratedGradients({ baseline }))
    expectClose(values, expected['integratedGradients.limit']!.flat(), 1e-3)
  })

  it.each([
    ['smoothGrad', smoothGrad],
    ['smoothGradSquared', smoothGradSquared],
    ['varGrad', varGrad],
  ] as const)('%s over given noise', async (name, factory) => {
    for (const [i, example] of examples.entries()) {
      const normals = [0, 1, 2, 3].map((s) => normalsFor(fixture.noise.slice(s * 72, (s + 1) * 72), example, 0.15))
      const method = withNoise(factory(saliency(), { samples: 4 }), normals)
      const { values } = await explain(model, { shape: [1, 6, 6, 2], data: example }, method)
      expectClose(values, expected[name]![i]!)
    }
  })

  const raw = { layer: 'first', upsample: false }
  it('Grad-CAM', () => check('gradCam', gradCam(raw)))
  it("Grad-CAM++ by the paper's formula", () => check('gradCamPlusPlus.paper', gradCamPlusPlus(raw)))
  it("Grad-CAM++ by the authors' code", () =>
    check('gradCamPlusPlus.official', gradCamPlusPlus({ ...raw, variant: 'official' })))
})
