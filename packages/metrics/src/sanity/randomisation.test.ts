import '@tensorflow/tfjs-backend-cpu'
import {
  type AttributionMethod,
  apiVersion,
  fromFunction,
  fromGraphModel,
  fromLayersModel,
  inputMaps,
  type LayeredModel,
  type NDArray,
  randomStream,
  rowOf,
} from '@explainnet/core'
import * as tfc from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { labelRandomisation, parameterRandomisation } from './randomisation.ts'
import { isTestable, layersWithWeights, randomisedCopy } from './randomise.ts'

const side = 8
const draw = (count: number, seed: number, scale = 1) => {
  const random = randomStream(seed)
  return Float32Array.from({ length: count }, () => scale * random.normal())
}
const input: NDArray = { shape: [6, side, side, 1], data: draw(6 * side * side, 1) }

const layers = (seed = 10): LayeredModel => {
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [side, side, 1], filters: 6, kernelSize: 3, activation: 'relu', name: 'first' }),
      tfl.layers.batchNormalization({ name: 'norm' }),
      tfl.layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', name: 'second' }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, activation: 'softmax', name: 'classes' }),
    ],
  })
  model.setWeights(
    model.getWeights().map((weight, i) =>
      tf.tensor(
        draw(weight.size, seed + i, 0.4).map((value) => (weight.rank === 1 ? Math.abs(value) + 0.1 : value)),
        weight.shape,
      ),
    ),
  )
  return fromLayersModel(model)
}

/** image → flatten → matrix → relu → matrix → softmax, as the converter writes it. */
async function graph(): Promise<LayeredModel> {
  const type = { T: { type: 'DT_FLOAT' } }
  const shapes = { w1: [side * side, 12], w2: [12, 3], shape: [2] }
  const dims = (sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } })
  const constant = (name: keyof typeof shapes, dtype: string) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: dims(shapes[name]).shape } } },
  })
  const node = (name: string, op: string, from: string[], attr: object = {}) => ({
    name,
    op,
    input: from,
    attr: { ...type, ...attr },
  })
  const modelTopology = {
    node: [
      { name: 'image', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: dims([-1, side, side, 1]) } },
      constant('w1', 'DT_FLOAT'),
      constant('w2', 'DT_FLOAT'),
      constant('shape', 'DT_INT32'),
      node('flat', 'Reshape', ['image', 'shape']),
      node('hidden', 'MatMul', ['flat', 'w1']),
      node('active', 'Relu', ['hidden']),
      node('logits', 'MatMul', ['active', 'w2']),
      node('out', 'Softmax', ['logits']),
    ],
    versions: { producer: 1 },
  }
  const [w1, w2] = [draw(side * side * 12, 20, 0.3), draw(36, 21)]
  const bytes = new Uint8Array(w1.byteLength + w2.byteLength + 8)
  bytes.set(new Uint8Array(w1.buffer), 0)
  bytes.set(new Uint8Array(w2.buffer), w1.byteLength)
  bytes.set(new Uint8Array(Int32Array.of(-1, side * side).buffer), w1.byteLength + w2.byteLength)
  const model = await tfc.loadGraphModel({
    load: async () => ({
      modelTopology,
      format: 'graph-model',
      weightSpecs: [
        { name: 'w1', shape: shapes.w1, dtype: 'float32' },
        { name: 'w2', shape: shapes.w2, dtype: 'float32' },
        { name: 'shape', shape: shapes.shape, dtype: 'int32' },
      ],
      weightData: bytes.buffer,
    }),
  })
  return fromGraphModel(model)
}

const method = (
  name: string,
  value: (x: Float32Array, gradient: Float32Array, random: () => number) => ArrayLike<number>,
  deterministic = true,
): AttributionMethod<'gradients'> => ({
  apiVersion,
  name,
  needs: 'gradients',
  deterministic,
  options: {},
  async *attribute(task) {
    const maps = inputMaps(task)
    for await (const { row, gradients } of task.gradients(task.originals)) {
      const random = task.random()
      for (const [input, { data }] of Object.entries(maps)) {
        const x = rowOf(task.inputs[input]!, row)
        data.set(
          value(x, gradients[input]!, () => random.normal()),
          row * x.length,
        )
      }
    }
    yield { maps }
  },
})
const gradient = method('gradient', (_, g) => g)
const edges = method('edges', (x) => x.map((value, i) => Math.abs(value - (x[i + 1] ?? 0))))
const noise = method('noise', (x, _, random) => x.map(random), false)
const noisyGradient = method('noisy-gradient', (_, g, random) => g.map((one) => one * (1 + 0.1 * random())), false)

const makers: Record<string, () => LayeredModel | Promise<LayeredModel>> = { LayersModel: layers, GraphModel: graph }

describe.each(Object.entries(makers))('Parameter randomisation of a %s', (_, make) => {
  beforeAll(async () => {
    await tf.setBackend('cpu')
  })

  it('passes the gradient, and fails edges and noise', async () => {
    const model = await make()
    const outcome = async (one: AttributionMethod<'gradients'>) =>
      (await parameterRandomisation(model, input, one)).verdict.outcome
    expect(await outcome(gradient)).toBe('passes')
    expect(await outcome(noisyGradient)).toBe('passes')
    expect(await outcome(edges)).toBe('fails')
    expect(await outcome(noise)).toBe('fails')
  })

  it('leaves the network as it was, also when the method throws', async () => {
    const model = await make()
    const values = async () => Promise.all(model.parameters!().map(async (one) => [...(await one.read())]))
    const predictions = async () => [
      ...Object.values(await model.predict({ [model.inputs[0]!.name]: input }, { space: 'logit' }))[0]!.data,
    ]
    const [weights, before, hash] = [await values(), await predictions(), await model.fingerprint!()]
    const { numTensors } = tf.memory()
    await parameterRandomisation(model, input, gradient)
    let calls = 0
    const failing = method('failing', (_, g) => {
      if (++calls > 8) throw new Error('broken')
      return g
    })
    await expect(parameterRandomisation(model, input, failing)).rejects.toThrow()
    expect(await values()).toEqual(weights)
    expect(await predictions()).toEqual(before)
    expect(await model.fingerprint!()).toBe(hash)
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  it('gives the same for the same seed, and its stages from the output down', async () => {
    const model = await make()
    const first = await parameterRandomisation(model, input, gradient, { seed: 4 })
    expect(await parameterRandomisation(model, input, gradient, { seed: 4 })).toEqual(first)
    expect(first.stages.map(({ layer }) => layer)).toEqual(layersWithWeights(model).reverse())
    const alone = await parameterRandomisation(model, input, gradient, { seed: 4, order: 'independent' })
    expect(alone.stages[0]).toEqual(first.stages[0])
    expect(alone.verdict.outcome).toBe('not-testable')
  })
})

describe('A randomised copy', () => {
  it('has the values of the network in each array of weights, in another order; statistics of batch norm too', async () => {
    const model = layers()
    const copy = await randomisedCopy(model, 1)
    const [own, other] = [model.parameters!(), copy.parameters!()]
    for (const [i, parameter] of own.entries()) {
      const [before, after] = [await parameter.read(), await other[i]!.read()]
      expect(after.toSorted()).toEqual(before.toSorted())
      if (before.length > 3) expect(after).not.toEqual(before)
    }
    expect(own.filter(({ layer }) => layer === 'norm')).toHaveLength(4)
    copy.dispose()
  })
  it('of the upper half keeps the lower layers', async () => {
    const model = layers()
    const copy = await randomisedCopy(model, 1, 'upper-half')
    const changed = new Set<string>()
    for (const [i, parameter] of model.parameters!().entries()) {
      const [before, after] = [await parameter.read(), await copy.parameters!()[i]!.read()]
      if (before.some((value, k) => value !== after[k])) changed.add(parameter.layer)
    }
    expect([...changed]).toEqual(['second', 'classes'])
    copy.dispose()
  })
  it('is refused for a black box, which is not testable', async () => {
    const box = fromFunction((x: tf.Tensor) => ({ out: tf.mean(x, [1, 2]) }), {
      inputs: [null, side, side, 1],
      outputs: { out: [null, 1] },
    })
    expect(isTestable(box)).toBe(false)
    await expect(randomisedCopy(box, 1)).rejects.toMatchObject({ code: 'unsupported-model' })
    const found = await parameterRandomisation(box as LayeredModel, input, gradient, { target: 0 })
    expect(found.verdict.outcome).toBe('not-testable')
    expect(found.stages).toEqual([])
  })
})

describe('Label randomisation', () => {
  it('passes a map that another training changes, and fails one that it does not', async () => {
    const [model, retrained] = [layers(10), layers(50)]
    expect((await labelRandomisation(model, retrained, input, gradient)).verdict.outcome).toBe('passes')
    expect((await labelRandomisation(model, retrained, input, edges)).verdict.outcome).toBe('fails')
    expect((await labelRandomisation(model, model, input, gradient)).verdict.outcome).toBe('fails')
  })
})
