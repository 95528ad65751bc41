import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { explain, fromLayersModel, type LayeredModel, type NDArray, randomStream, resizeLinear } from '@explainnet/core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { selectChannels } from './channels.ts'
import { type SiseOptions, sise, siseLayers } from './index.ts'
import { otsuThreshold } from './otsu.ts'

beforeAll(() => tf.setBackend('cpu'))

const random = randomStream(8)
const noise = (...shape: number[]): NDArray => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
})
const { conv2d, conv1d, dense, flatten, maxPooling2d, maxPooling1d } = tfl.layers
const relu = (name: string, filters: number) =>
  conv2d({ name, filters, kernelSize: 3, activation: 'relu', padding: 'same' })

function build(inputShape: number[], layers: tfl.layers.Layer[]): LayeredModel {
  const input = tfl.input({ shape: inputShape, name: 'image' })
  const output = layers.reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, input)
  const network = tfl.model({ inputs: input, outputs: output })
  network.setWeights(
    network.getWeights().map((weight) => tf.mul(0.5, tf.tensor(noise(...weight.shape).data, weight.shape))),
  )
  return fromLayersModel(network)
}
const network = build(
  [12, 8, 2],
  [
    relu('one', 6),
    maxPooling2d({ poolSize: 2 }),
    relu('two', 6),
    maxPooling2d({ poolSize: 2 }),
    relu('three', 8),
    flatten(),
    dense({ name: 'head', units: 3, activation: 'softmax' }),
  ],
)
const image = noise(2, 12, 8, 2)
const names = ['one', 'two', 'three']
const target = 1
const run = (options: Partial<SiseOptions> = {}, input = image) => explain(network, input, sise(options), { target })

const score = Object.assign(
  (outputs: tf.NamedTensorMap) =>
    tf.reshape(tf.slice(Object.values(outputs)[0]!, [0, target], [-1, 1]), [-1]) as tf.Tensor1D,
  { space: 'logit' as const },
)
const scaled = (values: number[]) => {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return values.map((value) => (value - low) / (high - low))
}

/** One layer's map of example 0, as the formulas have it, over whole arrays; `keep` picks channels by their mean gradient. */
async function naiveLayer(layer: string, keep: (means: number[]) => number[], baseline = 0) {
  const one = { shape: [1, 12, 8, 2], data: image.data.slice(0, 192) }
  const { activation, gradient } = await network.layerScoreAndGradient({ image: one }, score, { name: layer })
  const [, height, width, channels] = activation.shape as [number, number, number, number]
  const pick = ({ data }: NDArray, k: number) => data.filter((_, i) => i % channels === k)
  const means = Array.from({ length: channels }, (_, k) => {
    const values = pick(gradient, k)
    return values.reduce((a, b) => a + b, 0) / values.length
  })
  const sum = new Array<number>(96).fill(0)
  for (const k of keep(means)) {
    const values = pick(activation, k)
    if (values.every((value) => value === values[0])) continue
    const mask = scaled([...resizeLinear({ shape: [height, width], data: values }, [12, 8]).data])
    const seen = one.data.map((x, i) => x * mask[i >> 1]! + baseline * (1 - mask[i >> 1]!))
    const outputs = await network.predict({ image: { shape: one.shape, data: seen } }, { space: 'probability' })
    const probability = Object.values(outputs)[0]!.data[target]!
    const total = mask.reduce((a, b) => a + b, 0)
    mask.forEach((value, p) => {
      sum[p]! += (probability * value) / total
    })
  }
  return scaled(sum)
}
const positive = (means: number[]) => [...means.keys()].filter((k) => means[k]! > 0)

/** The two classes that differ most, by trying every threshold. */
function naiveOtsu(values: number[]): number {
  const bins = values.map((value) => Math.min(255, Math.floor(value * 256)))
  let [best, at] = [0, 0]
  for (let t = 1; t < 256; t++) {
    const [low, high] = [bins.filter((bin) => bin < t), bins.filter((bin) => bin >= t)]
    if (low.length === 0 || high.length === 0) continue
    const mean = (all: number[]) => all.reduce((a, b) => a + b, 0) / all.length
    const between = low.length * high.length * (mean(low) - mean(high)) ** 2
    if (between > best) [best, at] = [between, t]
  }
  return at / 256
}

function expectClose(values: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-4) {
  expect(values.length).toBe(wanted.length)
  const top = Math.max(...Array.from(wanted))
  expect(top).toBeGreaterThan(0)
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(values[i]! - wanted[i]!)).toBeLessThanOrEqual(tolerance * top)
}

describe('SISE', () => {
  it('agrees with its formulas written as loops, with a sharp threshold', async () => {
    expect(siseLayers(network).map(({ name }) => name)).toEqual(names)
    const maps = await Promise.all(names.map((name) => naiveLayer(name, positive)))
    const wanted = maps.reduce((fused, next) => {
      const threshold = naiveOtsu(next)
      return fused.map((value, i) => (next[i]! >= threshold ? value + next[i]! : 0))
    })
    const { values, maps: found } = await run()
    expect(found['image']).toMatchObject({ shape: [2, 12, 8], axes: ['batch', 'height', 'width'], domain: 'spatial' })
    expectClose(values.slice(0, 96), wanted)
  })

  it('fuses by a sigmoid about the threshold, raised by half where a tenth of the map is left, with weights', async () => {
    const maps = await Promise.all(names.map((name) => naiveLayer(name, positive)))
    const weights = [0.5, 1.6]
    const wanted = maps.reduce((fused, next, step) => {
      const own = naiveOtsu(next)
      const raised = Math.min(1, own * 1.5)
      const threshold = next.filter((value) => value >= raised).length < 9.6 ? raised : own
      const weight = weights[step - 1]!
      return fused.map(
        (value, i) => (weight * value + (2 - weight) * next[i]!) / (1 + Math.exp(-100 * (next[i]! - threshold))),
      )
    })
    expectClose((await run({ fusion: 'soft-otsu', weights })).values.slice(0, 96), wanted, 2e-4)
    const even = await run({ fusion: 'soft-otsu' })
    expect((await run({ fusion: 'soft-otsu', weights: 1 })).values).toEqual(even.values)
  })

  it('keeps channels above a share of the largest mean gradient, or from the Otsu threshold on', async () => {
    const above = (means: number[]) => [...means.keys()].filter((k) => means[k]! > 0.5 * Math.max(...means))
    expectClose((await run({ layers: 'one', threshold: 0.5 })).values.slice(0, 96), await naiveLayer('one', above))
    const adaptive = (means: number[]) => {
      const shares = means.map((mean) => mean / Math.max(...means))
      const cut = naiveOtsu(shares.filter((share) => share > 0))
      return [...means.keys()].filter((k) => shares[k]! > 0 && shares[k]! >= cut)
    }
    expectClose(
      (await run({ layers: 'three', adaptive: true })).values.slice(0, 96),
      await naiveLayer('three', adaptive),
    )
  })

  it('puts the baseline where a mask hides', async () => {
    const wanted = await naiveLayer('two', positive, 0.6)
    expectClose((await run({ layers: 'two', baseline: { value: 0.6 } })).values.slice(0, 96), wanted)
  })

  it("hands out each layer's map and its best mask when asked", async () => {
    const { extras } = await run({ layerMaps: true })
    expect(Object.keys(extras)).toEqual(names.flatMap((name) => [name, `${name}/mask`]))
    for (const name of names) {
      expect(extras[name]!.shape).toEqual([2, 12, 8])
      expectClose(extras[name]!.data.slice(0, 96), await naiveLayer(name, positive))
      expect(Math.max(...extras[`${name}/mask`]!.data.slice(0, 96))).toBe(1)
    }
  })

  it('leaves out channels that are the same everywhere and layers that have no other, and says so', async () => {
    const values = {
      shape: [2, 2, 2],
      activation: Float32Array.of(1, 3, 1, 4, 1, 3, 1, 3),
      gradient: new Float32Array(8).fill(1),
    }
    expect(selectChannels(values, { threshold: 0, adaptive: false })).toEqual([1])
    const blank = { shape: [1, 12, 8, 2], data: new Float32Array(192) }
    const flat = build(
      [12, 8, 2],
      [conv2d({ name: 'map', filters: 3, kernelSize: 1, useBias: false }), flatten(), dense({ units: 2 })],
    )
    const { values: map, certificate } = await explain(flat, blank, sise(), { target: 0 })
    expect(map.every((value) => value === 0)).toBe(true)
    expect(certificate.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['no-channels', 'dead-map']))
  })

  it('explains signals', async () => {
    const signal = build(
      [20, 1],
      [
        conv1d({ name: 'a', filters: 5, kernelSize: 3, activation: 'relu', padding: 'same' }),
        maxPooling1d({ poolSize: 2 }),
        conv1d({ name: 'b', filters: 5, kernelSize: 3, activation: 'relu', padding: 'same' }),
        flatten(),
        dense({ units: 2, activation: 'softmax' }),
      ],
    )
    const { shape, axes } = await explain(signal, noise(3, 20, 1), sise(), { target: 0 })
    expect({ shape, axes }).toEqual({ shape: [3, 20], axes: ['batch', 'time'] })
  })

  it('does not depend on batch mates', async () => {
    const alone = await run({}, { shape: [1, 12, 8, 2], data: image.data.slice(192) })
    expect(alone.values).toEqual((await run()).values.slice(96))
  })

  it('leaves no tensor behind, also when it is aborted', async () => {
    const before = tf.memory().numTensors
    await run()
    const controller = new AbortController()
    const aborted = explain(network, image, sise(), { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('refuses layers that are not there or have no positions, and weights that are too few', async () => {
    await expect(run({ layers: ['one', 'tow'] })).rejects.toMatchObject({ code: 'unknown-layer' })
    await expect(run({ layers: 'head' })).rejects.toMatchObject({ code: 'unknown-layer', message: /no spatial axes/ })
    await expect(run({ weights: [1] })).rejects.toMatchObject({ code: 'bad-option', message: /1 weights for 3 layers/ })
    expect(() => sise({ weights: [3] })).toThrow(/at most 2/)
    expect(() => sise({ fusion: 'simple' as never })).toThrow(/one of otsu, soft-otsu/)
  })
})

describe('otsuThreshold', () => {
  it('agrees with a search over all thresholds, and takes all values where they are alike', () => {
    for (let round = 0; round < 5; round++) {
      const values = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 0.7 : 0.2) + 0.25 * random.uniform())
      expect(otsuThreshold(values)).toBe(naiveOtsu(values))
    }
    expect(otsuThreshold([0.5, 0.5])).toBe(0)
    expect(otsuThreshold([])).toBe(0)
  })
})
