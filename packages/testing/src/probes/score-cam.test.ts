import '@tensorflow/tfjs-backend-wasm'
import {
  type AttributionMethod,
  type EstimatedMap,
  explain,
  fromGraphModel,
  type LayerRef,
  type LayerTask,
  resizeLinear,
} from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import * as tfc from '@tensorflow/tfjs-converter'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { conformanceChecks } from '../conformance.ts'
import { normals } from '../models/networks.ts'

registerGradients()
beforeAll(async () => {
  await tf.setBackend('wasm')
})

/** Each channel of a layer at the input's size, from 0 to 1; undefined where it is constant, and so shows nothing. */
async function masksOf(task: LayerTask, layer: LayerRef, sides: readonly number[]) {
  const masks: (Float32Array | undefined)[][] = []
  for await (const { activation, shape } of task.activations(task.originals, layer)) {
    const channels = shape.at(-1)!
    const own: (Float32Array | undefined)[] = []
    for (let channel = 0; channel < channels; channel++) {
      const map = activation.filter((_, i) => i % channels === channel)
      const { data } = resizeLinear({ shape: [1, ...shape.slice(0, -1)], data: map }, [1, ...sides])
      const low = data.reduce((a, b) => Math.min(a, b))
      const high = data.reduce((a, b) => Math.max(a, b))
      own.push(high > low ? Float32Array.from(data, (value) => (value - low) / (high - low)) : undefined)
    }
    masks.push(own)
  }
  return masks
}

/** Score-CAM as its authors' code has it: channels weighed by the target's probability of what they leave visible. */
const scoreCam: AttributionMethod<'layers'> = {
  apiVersion: 1,
  name: 'score-cam',
  needs: 'layers',
  deterministic: true,
  options: {},
  async *attribute(task) {
    const layer = task.layer()
    const input = task.model.inputs.find(({ shape }) => shape.length === layer.shape.length)!
    const sides = task.inputs[input.name]!.shape.slice(1, -1)
    const masks = await masksOf(task, layer, sides)
    const pairs = masks.flatMap((own, example) => own.flatMap((mask) => (mask ? [{ example, mask }] : [])))
    const length = sides.reduce((a, b) => a * b, 1)
    const data = new Float32Array(task.size * length)
    const rows = {
      count: pairs.length,
      example: (row: number) => pairs[row]!.example,
      fill(row: number, into: Readonly<Record<string, Float32Array>>) {
        const values = into[input.name]!
        const channels = values.length / length
        values.forEach((value, i) => {
          values[i] = value * pairs[row]!.mask[Math.floor(i / channels)]!
        })
      },
    }
    for await (const { row, example, score } of task.scores(rows)) {
      pairs[row]!.mask.forEach((value, i) => {
        data[example * length + i]! += score * value
      })
    }
    const map: EstimatedMap = {
      shape: [task.size, ...sides],
      data,
      axes: input.axes.slice(0, -1),
      domain: 'spatial',
      layer: { name: layer.name, call: layer.call },
    }
    yield { maps: { [input.name]: map } }
  },
}

const [kernel, dense] = [normals([3, 3, 2, 4], 1, 0.5), normals([4, 3], 2, 0.9)]

/** conv → relu → mean → matrix product → softmax, as the converter writes it. */
async function graphModel() {
  const type = { T: { type: 'DT_FLOAT' } }
  const dims = (sides: readonly number[]) => ({ dim: sides.map((size) => ({ size: String(size) })) })
  const constant = (name: string, dtype: string, sides: readonly number[]) => ({
    name,
    op: 'Const',
    input: [],
    attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: dims(sides) } } },
  })
  const integers = (values: readonly number[]) => ({ list: { i: values.map(String) } })
  const node = [
    {
      name: 'image',
      op: 'Placeholder',
      input: [],
      attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: dims([-1, 8, 8, 2]) } },
    },
    constant('kernel', 'DT_FLOAT', kernel.shape),
    constant('dense', 'DT_FLOAT', dense.shape),
    constant('axes', 'DT_INT32', [2]),
    {
      name: 'conv',
      op: 'Conv2D',
      input: ['image', 'kernel'],
      attr: {
        ...type,
        strides: integers([1, 1, 1, 1]),
        dilations: integers([1, 1, 1, 1]),
        padding: { s: btoa('SAME') },
        data_format: { s: btoa('NHWC') },
      },
    },
    { name: 'relu', op: 'Relu', input: ['conv'], attr: type },
    { name: 'mean', op: 'Mean', input: ['relu', 'axes'], attr: { ...type, keep_dims: { b: false } } },
    {
      name: 'logits',
      op: 'MatMul',
      input: ['mean', 'dense'],
      attr: { ...type, transpose_a: { b: false }, transpose_b: { b: false } },
    },
    { name: 'softmax', op: 'Softmax', input: ['logits'], attr: type },
  ]
  const bytes = new Uint8Array(
    [kernel.data, dense.data, Int32Array.of(1, 2)].flatMap(({ buffer }) => [...new Uint8Array(buffer)]),
  )
  const weightSpecs = [
    { name: 'kernel', shape: [...kernel.shape], dtype: 'float32' as const },
    { name: 'dense', shape: [...dense.shape], dtype: 'float32' as const },
    { name: 'axes', shape: [2], dtype: 'int32' as const },
  ]
  const modelTopology = { node, versions: { producer: 1 } }
  const model = await tfc.loadGraphModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData: bytes.buffer }))
  return fromGraphModel(model)
}

const inputs = normals([3, 8, 8, 2], 5)

describe('Score-CAM on a GraphModel', () => {
  it('is what masking by hand and asking the model gives', async () => {
    const model = await graphModel()
    const { maps, certificate } = await explain(model, inputs, scoreCam, { target: 2 })
    expect(certificate.layer!.name).toBe('relu')
    const activation = await model.activation({ image: inputs }, { name: 'relu' })
    const wanted = new Float64Array(3 * 64)
    for (let example = 0; example < 3; example++) {
      for (let channel = 0; channel < 4; channel++) {
        const own = Array.from({ length: 64 }, (_, i) => activation.data[(example * 64 + i) * 4 + channel]!)
        const [low, high] = [Math.min(...own), Math.max(...own)]
        if (low === high) continue
        const mask = own.map((value) => (value - low) / (high - low))
        const image = Float32Array.from({ length: 128 }, (_, i) => inputs.data[example * 128 + i]! * mask[i >> 1]!)
        const output = await model.predict({ image: { shape: [1, 8, 8, 2], data: image } }, { space: 'probability' })
        mask.forEach((value, i) => {
          wanted[example * 64 + i]! += value * Object.values(output)[0]!.data[2]!
        })
      }
    }
    expect(Object.keys(maps)).toEqual(['image'])
    wanted.forEach((value, i) => {
      expect(maps['image']!.data[i]!).toBeCloseTo(value, 4)
    })
  })

  it('leaves no tensor behind', async () => {
    const model = await graphModel()
    const before = tf.memory().numTensors
    await explain(model, inputs, scoreCam)
    expect(tf.memory().numTensors).toBe(before)
  })

  describe('passes the conformance suite', () => {
    const models = { GraphModel: async () => ({ model: await graphModel(), inputs: { image: inputs } }) }
    for (const check of conformanceChecks(scoreCam, { models, refuses: ['vector'] })) {
      it(check.name, check.skipped ? (context) => context.skip('does not apply to the method') : check.run)
    }
  })
})
