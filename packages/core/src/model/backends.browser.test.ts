import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadGraph, numbers } from '../../test/small-graph.ts'
import type { BackwardRule, LayeredModel, ScoreFunction } from '../api.ts'
import { fromFunction } from './function.ts'
import { fromGraphModel } from './graph-model.ts'
import { fromLayersModel } from './layers-model.ts'

beforeAll(() => {
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  // The wasm backend's own max-pool gradient is wrong where a window is all negative, as some are here.
  registerGradients()
})

const first: ScoreFunction = Object.assign(
  (outputs: Record<string, tf.Tensor>) =>
    tf.reshape(tf.slice(Object.values(outputs)[0]!, [0, 0], [-1, 1]), [-1]) as tf.Tensor1D,
  { space: 'logit' as const },
)
/** Guided backpropagation: only positive gradients pass a ReLU. */
const guided: BackwardRule = ({ op, inputs }, dy) =>
  op === 'Relu' ? { x: () => tf.mul(tf.relu(dy), tf.step(inputs['x']!)) } : undefined

function network(): tfl.LayersModel {
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [6, 6, 2], filters: 4, kernelSize: 3, padding: 'same' }),
      tfl.layers.batchNormalization(),
      tfl.layers.reLU(),
      tfl.layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  })
  const values = model.weights.map((weight, i) => {
    const { data } = numbers(weight.shape as number[], 20 + i)
    return tf.tensor(weight.name.includes('variance') ? data.map((x) => 1 + x * x) : data, weight.shape as number[])
  })
  model.setWeights(values)
  return model
}

/** The same network and input on a backend: gradients plain and by a rule, and the kernels that ran. */
async function pass(backend: string, make: () => Promise<LayeredModel>) {
  expect(await tf.setBackend(backend), `${backend} starts`).toBe(true)
  await tf.ready()
  const model = await make()
  const inputs = { [model.inputs[0]!.name]: numbers([3, 6, 6, 2], 9) }
  const before = tf.memory().numTensors
  let plain: Float32Array | undefined
  const { kernels } = await tf.profile(async () => {
    const { gradients } = await model.scoreAndGradient(inputs, first)
    plain = Object.values(gradients)[0]!.data
    return []
  })
  const { gradients } = await model.scoreAndGradient(inputs, first, { rule: guided })
  expect(tf.memory().numTensors).toBe(before)
  return { plain: plain!, guided: Object.values(gradients)[0]!.data, kernels: kernels.map(({ name }) => name) }
}

const models: [string, () => Promise<LayeredModel>][] = [
  ['a LayersModel', async () => fromLayersModel(network())],
  ['a GraphModel with fused ops', async () => fromGraphModel(await loadGraph())],
]

describe.each(models)('the intercepted tape of %s', (_, make) => {
  it.each(['wasm', 'webgl', 'webgpu'])(
    'gives on %s what it gives on cpu, without weight gradients',
    async (backend) => {
      const wanted = await pass('cpu', make)
      const found = await pass(backend, make)
      for (const kind of ['plain', 'guided'] as const) {
        const scale = Math.max(...wanted[kind].map(Math.abs))
        expect(scale).toBeGreaterThan(0)
        found[kind].forEach((value, i) => {
          expect(Math.abs(value - wanted[kind][i]!)).toBeLessThan(1e-4 * scale)
        })
      }
      expect(found.kernels.filter((name) => /BackpropFilter/.test(name))).toEqual([])
      expect(Array.from(wanted.guided)).not.toEqual(Array.from(wanted.plain))
    },
  )
})

describe('a WebGPU device that is lost', () => {
  it.each(['between two passes', 'during a pass'])('%s is a typed error', async (when) => {
    const factory = tf.findBackendFactory('webgpu')
    tf.removeBackend('webgpu')
    tf.registerBackend('webgpu', factory)
    await tf.setBackend('webgpu')
    const { device } = tf.backend() as unknown as { device: GPUDevice }
    const model = fromLayersModel(network())
    const inputs = { [model.inputs[0]!.name]: numbers([3, 6, 6, 2], 9) }
    await model.predict(inputs, { space: 'logit' })
    const running = when === 'during a pass' ? model.predict(inputs, { space: 'logit' }) : undefined
    // Awaited later; until then nobody else listens to it.
    running?.catch(() => undefined)
    device.destroy()
    await device.lost
    const lost = { code: 'backend-lost', message: expect.stringContaining('webgpu') }
    await expect(running ?? model.predict(inputs, { space: 'logit' })).rejects.toMatchObject(lost)
    tf.removeBackend('webgpu')
    tf.registerBackend('webgpu', factory)
    await tf.setBackend('cpu')
  })
})

describe('a command that a WebGPU device refuses', () => {
  const model = (bytes: number) =>
    fromFunction(
      (x) => {
        const { device } = tf.backend() as unknown as { device: GPUDevice }
        if (bytes > 0) device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE })
        return tf.sum(x, 1, true)
      },
      { inputs: [null, 2], outputs: [null, 1] },
    )
  const ask = (bytes: number) => model(bytes).predict({ input: numbers([1, 2], 1) }, { space: 'logit' })

  it('is a typed error of the pass in which it falls, and of no other', async () => {
    await tf.setBackend('webgpu')
    await expect(ask(2 ** 40)).rejects.toMatchObject({
      code: 'out-of-memory',
      message: expect.stringContaining('webgpu'),
    })
    await expect(ask(0)).resolves.toBeDefined()
    await tf.setBackend('cpu')
  })
})
