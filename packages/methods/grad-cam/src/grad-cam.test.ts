import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { explain, fromLayersModel, type LayeredModel, type NDArray, randomStream, resizeLinear } from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gradCam, gradCamPlusPlus, hiResCam, layerCam } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

const random = randomStream(5)
const noise = (...shape: number[]): NDArray => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
})

function build(inputShape: (number | null)[], layers: tfl.layers.Layer[]): LayeredModel {
  const input = tfl.input({ shape: inputShape, name: 'signal' })
  const output = layers.reduce((tensor, layer) => layer.apply(tensor) as tfl.SymbolicTensor, input)
  const network = tfl.model({ inputs: input, outputs: output })
  network.setWeights(network.getWeights().map((weight) => tf.tensor(noise(...weight.shape).data, weight.shape)))
  return fromLayersModel(network)
}

const { conv1d, conv2d, conv3d, dense, flatten, globalAveragePooling2d, maxPooling2d } = tfl.layers
const image = () =>
  build(
    [12, 10, 2],
    [
      conv2d({ name: 'early', filters: 3, kernelSize: 3, activation: 'relu', padding: 'same' }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ name: 'late', filters: 4, kernelSize: 3, activation: 'relu', padding: 'same' }),
      flatten(),
      dense({ name: 'head', units: 3, activation: 'softmax' }),
    ],
  )

/** Activation and gradient of every row, straight from the model. */
async function valuesAt(model: LayeredModel, input: NDArray, layer: string, target: number) {
  const score = Object.assign(
    (outputs: tf.NamedTensorMap) =>
      tf.reshape(tf.slice(Object.values(outputs)[0]!, [0, target], [-1, 1]), [-1]) as tf.Tensor1D,
    { space: 'logit' as const },
  )
  return model.layerScoreAndGradient({ [model.inputs[0]!.name]: input }, score, { name: layer })
}

type Formula = 'Grad-CAM' | 'Grad-CAM++' | 'HiResCAM' | 'LayerCAM'

/** The formulas as the papers write them, over nested loops, for [n, height, width, channels]. */
function naive(activation: NDArray, gradient: NDArray, formula: Formula): number[] {
  const [n, height, width, channels] = activation.shape as [number, number, number, number]
  const at = ({ data }: NDArray, e: number, y: number, x: number, k: number) =>
    data[((e * height + y) * width + x) * channels + k]!
  const map: number[] = []
  for (let e = 0; e < n; e++) {
    const weights = Array.from({ length: channels }, (_, k) => {
      let [sum, weight] = [0, 0]
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sum += at(activation, e, y, x, k)
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const g = at(gradient, e, y, x, k)
          const alpha = g === 0 ? 0 : g ** 2 / (2 * g ** 2 + sum * g ** 3)
          weight += formula === 'Grad-CAM++' ? alpha * Math.max(g, 0) : g / (height * width)
        }
      }
      return weight
    })
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const own = (k: number) => at(gradient, e, y, x, k)
        const factor = (weight: number, k: number) =>
          formula === 'HiResCAM' ? own(k) : formula === 'LayerCAM' ? Math.max(0, own(k)) : weight
        const terms = weights.map((weight, k) => factor(weight, k) * at(activation, e, y, x, k))
        map.push(
          Math.max(
            0,
            terms.reduce((a, b) => a + b),
          ),
        )
      }
    }
  }
  return map
}

function expectClose(values: Float32Array, expected: readonly number[]) {
  expect(values.length).toBe(expected.length)
  const top = Math.max(...expected.map(Math.abs))
  expect(top).toBeGreaterThan(0)
  expected.forEach((value, i) => {
    expect(Math.abs(values[i]! - value)).toBeLessThanOrEqual(1e-5 * top)
  })
}

describe.each([
  ['Grad-CAM', gradCam],
  ['Grad-CAM++', gradCamPlusPlus],
  ['HiResCAM', hiResCam],
  ['LayerCAM', layerCam],
] as const)('%s', (formula, method) => {
  it("agrees with the paper's formula written as loops, at any layer", async () => {
    const model = image()
    const input = noise(2, 12, 10, 2)
    for (const [layer, height, width] of [
      ['early', 12, 10],
      ['late', 6, 5],
    ] as const) {
      const { activation, gradient } = await valuesAt(model, input, layer, 1)
      const { values, maps } = await explain(model, input, method({ layer, upsample: false }), { target: 1 })
      expectClose(values, naive(activation, gradient, formula))
      const map = maps['signal']!
      expect(map).toMatchObject({ shape: [2, height, width], axes: ['batch', 'height', 'width'], domain: 'layer' })
      expect(map.layer).toEqual({ name: layer, call: 0 })
    }
  })

  it('brings the map to the size of the input with half-pixel centres, and drops the channel axis', async () => {
    const model = image()
    const input = noise(2, 12, 10, 2)
    const raw = await explain(model, input, method({ layer: 'late', upsample: false }), { target: 1 })
    const { maps } = await explain(model, input, method({ layer: 'late' }), { target: 1 })
    const map = maps['signal']!
    expect(map).toMatchObject({ shape: [2, 12, 10], axes: ['batch', 'height', 'width'], domain: 'spatial' })
    expectClose(map.data, [...resizeLinear({ shape: [2, 6, 5], data: raw.values }, [2, 12, 10]).data])
  })

  it('takes the last activated map before Flatten when no layer is named, and records it', async () => {
    const { certificate } = await explain(image(), noise(1, 12, 10, 2), method(), { target: 0 })
    expect(certificate.layer).toMatchObject({ name: 'late', call: 0 })
  })

  it('explains signals and volumes as well as images', async () => {
    const signal = build(
      [20, 2],
      [conv1d({ name: 'map', filters: 3, kernelSize: 4, activation: 'relu' }), flatten(), dense({ units: 2 })],
    )
    const one = await explain(signal, noise(2, 20, 2), method(), { target: 0 })
    expect(one.shape).toEqual([2, 20])
    const volume = build(
      [6, 5, 4, 1],
      [conv3d({ name: 'map', filters: 2, kernelSize: 3, activation: 'relu' }), flatten(), dense({ units: 2 })],
    )
    const three = await explain(volume, noise(1, 6, 5, 4, 1), method({ layer: 'map' }), { target: 0 })
    expect(three.shape).toEqual([1, 6, 5, 4])
    const raw = await explain(volume, noise(1, 6, 5, 4, 1), method({ layer: 'map', upsample: false }), { target: 0 })
    expect(raw.shape).toEqual([1, 4, 3, 2])
  })

  it('finds the size of a layer that its model leaves open', async () => {
    const open = build(
      [null, null, 1],
      [
        conv2d({ name: 'map', filters: 2, kernelSize: 3, activation: 'relu' }),
        globalAveragePooling2d({}),
        dense({ units: 2 }),
      ],
    )
    const { shape } = await explain(open, noise(1, 9, 7, 1), method({ layer: 'map', upsample: false }), { target: 0 })
    expect(shape).toEqual([1, 7, 5])
  })

  it('warns of a dead map instead of dividing by its maximum', async () => {
    const relu = () => conv2d({ name: 'map', filters: 2, kernelSize: 3, activation: 'relu' })
    const network = tfl.sequential({
      layers: [
        tfl.layers.inputLayer({ inputShape: [8, 8, 1] }),
        relu(),
        globalAveragePooling2d({}),
        dense({ units: 2, useBias: false }),
      ],
    })
    // Positive activations, and a class against which every channel speaks.
    const [kernel, bias, head] = network.getWeights()
    network.setWeights([tf.ones(kernel!.shape), tf.zeros(bias!.shape), tf.fill(head!.shape, -1)])
    const input = { shape: [1, 8, 8, 1], data: new Float32Array(64).fill(1) }
    const { values, certificate } = await explain(fromLayersModel(network), input, method(), { target: 0 })
    expect(values.every((value) => value === 0)).toBe(true)
    expect(certificate.warnings.map(({ code }) => code)).toContain('dead-map')
  })

  it('does not depend on batch mates', async () => {
    const model = image()
    const input = noise(3, 12, 10, 2)
    const together = await explain(model, input, method({ layer: 'late' }), { target: 2 })
    const alone = await explain(
      model,
      { shape: [1, 12, 10, 2], data: input.data.slice(240, 480) },
      method({ layer: 'late' }),
      {
        target: 2,
      },
    )
    expectClose(together.values.slice(120, 240), [...alone.values])
  })

  it('refuses a layer without spatial axes and one that is not there', async () => {
    const run = (layer: string) => explain(image(), noise(1, 12, 10, 2), method({ layer }))
    await expect(run('head')).rejects.toMatchObject({ code: 'unknown-layer', message: /no spatial axes/ })
    await expect(run('lat')).rejects.toMatchObject({ code: 'unknown-layer', message: /'late'/ })
  })

  it('leaves no tensor behind', async () => {
    const model = image()
    const input = noise(2, 12, 10, 2)
    const before = tf.memory().numTensors
    await explain(model, input, method())
    await expect(explain(model, input, method({ layer: 'head' }))).rejects.toThrow()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('HiResCAM', () => {
  it('before a linear head adds up to the score, what speaks for it less what speaks against it', async () => {
    const relu = conv2d({ name: 'map', filters: 3, kernelSize: 3, activation: 'relu' })
    const model = build([6, 5, 1], [relu, flatten(), dense({ units: 1, useBias: false })])
    const input = noise(1, 6, 5, 1)
    const method = hiResCam({ layer: 'map', upsample: false })
    const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0)
    const score = (sign: number) => (outputs: tf.NamedTensorMap) =>
      tf.mul(sign, tf.reshape(Object.values(outputs)[0]!, [-1])) as tf.Tensor1D
    const of = (sign: number) => explain(model, input, method, { target: { name: `${sign}`, score: score(sign) } })
    const [speaksFor, speaksAgainst] = [await of(1), await of(-1)]
    const total = sum(speaksFor.values) - sum(speaksAgainst.values)
    expect(total).toBeCloseTo(speaksFor.certificate.targets[0]!.score, 4)
    expect(sum(speaksAgainst.values)).toBeGreaterThan(0)
  })
})

describe('Grad-CAM++', () => {
  it("normalises α in each channel with the authors' variant", async () => {
    const model = image()
    const input = noise(1, 12, 10, 2)
    const { activation, gradient } = await valuesAt(model, input, 'late', 1)
    const weights = [0, 1, 2, 3].map((k) => {
      const pick = ({ data }: NDArray) => [...data].filter((__, i) => i % 4 === k)
      const sum = pick(activation).reduce((a, b) => a + b, 0)
      const alphas = pick(gradient).map((g) => (g > 0 ? g ** 2 / (2 * g ** 2 + sum * g ** 3) : 0))
      const total = alphas.reduce((a, b) => a + b, 0)
      return pick(gradient).reduce((all, g, i) => all + (total > 0 ? (alphas[i]! / total) * Math.max(g, 0) : 0), 0)
    })
    const expected = Array.from({ length: 30 }, (_, p) =>
      Math.max(
        0,
        weights.reduce((all, weight, k) => all + weight * activation.data[p * 4 + k]!, 0),
      ),
    )
    const method = gradCamPlusPlus({ layer: 'late', upsample: false, variant: 'official' })
    const { values } = await explain(model, input, method, { target: 1 })
    expectClose(values, expected)
  })

  it('warns where negative activations let the denominator of α vanish, and stays finite', async () => {
    const network = tfl.sequential({
      layers: [
        tfl.layers.inputLayer({ inputShape: [4, 8, 1] }),
        conv2d({ name: 'map', filters: 1, kernelSize: 1, useBias: false }),
        flatten(),
        dense({ units: 2, useBias: false }),
      ],
    })
    const [kernel, head] = network.getWeights()
    // ΣA = (8 − 24)/8 = −2 and g = 1: the denominator 2 + ΣA·g is 0.
    network.setWeights([tf.fill(kernel!.shape, -1 / 8), tf.ones(head!.shape)])
    const input = { shape: [1, 4, 8, 1], data: new Float32Array(32).fill(1).fill(-1, 0, 8) }
    const method = gradCamPlusPlus({ layer: 'map', upsample: false })
    const { values, certificate } = await explain(fromLayersModel(network), input, method, { target: 0 })
    expect(values.every(Number.isFinite)).toBe(true)
    expect(certificate.warnings.find(({ code }) => code === 'unstable-weights')).toMatchObject({ example: 0 })
    const relu = await explain(image(), noise(1, 12, 10, 2), gradCamPlusPlus(), { target: 0 })
    expect(relu.certificate.warnings.map(({ code }) => code)).not.toContain('unstable-weights')
  })

  it('lays the map on the input that leads to the layer', async () => {
    const left = tfl.input({ shape: [8, 8, 1], name: 'left' })
    const right = tfl.input({ shape: [6, 6, 1], name: 'right' })
    const branch = (input: tfl.SymbolicTensor, name: string) =>
      conv2d({ name, filters: 2, kernelSize: 3, activation: 'relu' }).apply(input) as tfl.SymbolicTensor
    const flat = [branch(left, 'of-left'), branch(right, 'of-right')].map(
      (map) => flatten().apply(map) as tfl.SymbolicTensor,
    )
    const joined = tfl.layers.concatenate().apply(flat) as tfl.SymbolicTensor
    const output = dense({ units: 2 }).apply(joined) as tfl.SymbolicTensor
    const model = fromLayersModel(tfl.model({ inputs: [left, right], outputs: output }))
    const input = { left: noise(1, 8, 8, 1), right: noise(1, 6, 6, 1) }
    const { maps } = await explain(model, input, gradCam({ layer: 'of-right' }), { target: 0 })
    expect(Object.keys(maps)).toEqual(['right'])
    expect(maps['right']!.shape).toEqual([1, 6, 6])
  })

  it('describes itself by JSON and refuses another variant', () => {
    expect(gradCamPlusPlus({ layer: 'late' }).spec).toEqual({
      module: '@explainnet/grad-cam',
      export: 'gradCamPlusPlus',
      options: { layer: 'late', upsample: true, variant: 'paper' },
    })
    expect(() => gradCamPlusPlus({ variant: 'mine' as never })).toThrow(/one of paper, official/)
  })
})
