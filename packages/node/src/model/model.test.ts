import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { LayeredModel } from '@explainnet/core'
import { memory, type Tensor, tensor } from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { useBackend } from '../backend/use-backend.ts'
import { halfOf } from './float16.ts'
import { loadFromSpec, loadModel } from './load-model.ts'
import { saveModel } from './save-model.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-model-'))
  await useBackend('wasm')
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.restoreAllMocks())

const card = { labels: ['a', 'b', 'c'], input: { range: [-1, 1] as const } }
function smallModel() {
  return layers.sequential({
    name: 'small',
    layers: [
      layers.layers.conv2d({ inputShape: [6, 6, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.layers.batchNormalization(),
      layers.layers.globalAveragePooling2d({}),
      layers.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  })
}
const input = { shape: [1, 6, 6, 3], data: Float32Array.from({ length: 108 }, (_, i) => (i % 17) / 17) }
async function outputOf(model: LayeredModel): Promise<number[]> {
  const outputs = await model.predict({ [model.inputs[0]!.name]: input }, { space: 'probability' })
  return Array.from(Object.values(outputs)[0]!.data)
}
async function saved(name: string, options = {}): Promise<{ path: string; model: layers.Sequential }> {
  const path = join(folder, name)
  const model = smallModel()
  await saveModel(path, model, card, options)
  return { path, model }
}
async function direct(model: layers.Sequential): Promise<number[]> {
  const result = model.predict(tensor(input.data, [1, 6, 6, 3])) as Tensor
  return Array.from(await result.data())
}

/** `sigmoid(x·w)` as tensorflowjs_converter writes it. */
async function savedGraph(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  const type = { type: 'DT_FLOAT' }
  const shape = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } })
  const node = [
    { name: 'x', op: 'Placeholder', attr: { dtype: type, shape: shape(-1, 2) } },
    {
      name: 'w',
      op: 'Const',
      attr: { dtype: type, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: shape(2, 1).shape } } },
    },
    {
      name: 'y',
      op: 'MatMul',
      input: ['x', 'w'],
      attr: { T: type, transpose_a: { b: false }, transpose_b: { b: false } },
    },
    { name: 'p', op: 'Sigmoid', input: ['y'], attr: { T: type } },
  ]
  const weightsManifest = [
    { paths: ['group1-shard1of1.bin'], weights: [{ name: 'w', shape: [2, 1], dtype: 'float32' }] },
  ]
  const signature = {
    inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape: shape(-1, 2).shape } },
    outputs: { p: { name: 'p:0', dtype: 'DT_FLOAT', tensorShape: shape(-1, 1).shape } },
  }
  const json = { format: 'graph-model', modelTopology: { node, versions: { producer: 1 } }, signature, weightsManifest }
  await writeFile(join(path, 'model.json'), JSON.stringify(json))
  await writeFile(join(path, 'group1-shard1of1.bin'), new Uint8Array(Float32Array.of(1, -2).buffer))
  return path
}

describe('a model folder', () => {
  it('gives back the same model, its card and where it came from', async () => {
    const { path, model } = await saved('same')
    const back = await loadModel(path)
    expect(await outputOf(back)).toEqual(await direct(model))
    expect(back.kind).toBe('layers')
    expect(back.card).toEqual(card)
    expect(back.spec).toEqual({ kind: 'layers', source: path })
    expect(await outputOf(await loadFromSpec(back.spec!))).toEqual(await direct(model))
    expect(await outputOf(await loadModel(join(relative(process.cwd(), path), 'model.json')))).toEqual(
      await direct(model),
    )
  })
  it('is loaded without a word on the console', async () => {
    const { path } = await saved('quiet')
    const spies = (['log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name))
    await outputOf(await loadModel(path))
    await loadModel(await savedGraph('quiet-graph'))
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
  it('with 16-bit weights is half as big and rounds by at most 2⁻¹¹', async () => {
    const { path, model } = await saved('half', { quantize: 'float16' })
    const full = await saved('full')
    const size = async (at: string) => {
      const name = (await readdir(at)).find((file) => file.endsWith('.bin'))!
      return (await readFile(join(at, name))).length
    }
    expect((await size(path)) * 2).toBe(await size(full.path))
    const expected = model.getWeights().flatMap((weight) => Array.from(weight.dataSync()))
    const { parameters } = await loadModel(path)
    const values = (await Promise.all(parameters!().map(async (one) => Array.from(await one.read())))).flat()
    const sorted = (list: number[]) => list.toSorted((a, b) => a - b)
    for (const [i, value] of sorted(values).entries()) {
      expect(Math.abs(value - sorted(expected)[i]!)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -10 + 2 ** -24)
    }
  })
  it('refuses weights that 16 bits cannot hold, before it writes anything', async () => {
    const model = layers.sequential({
      layers: [
        layers.layers.dense({
          inputShape: [1],
          units: 1,
          kernelInitializer: layers.initializers.constant({ value: 1e5 }),
        }),
      ],
    })
    await expect(saveModel(join(folder, 'large'), model, {}, { quantize: 'float16' })).rejects.toMatchObject({
      code: 'bad-option',
    })
    expect(await readdir(folder)).not.toContain('large')
  })
  it('saved over keeps foreign files and drops the weights of before', async () => {
    const { path } = await saved('again')
    await writeFile(join(path, 'notes.txt'), 'mine')
    const { model } = await saved('again')
    expect((await readdir(path)).sort()).toEqual([
      'card.json',
      'model.json',
      'notes.txt',
      expect.stringMatching(/^weights\.[0-9a-f]{8}\.bin$/),
    ])
    expect(await outputOf(await loadModel(path))).toEqual(await direct(model))
  })
  it('that cannot be written is named', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(saveModel(join(folder, 'file', 'model'), smallModel(), card)).rejects.toMatchObject({
      code: 'unwritable',
    })
  })
  it('may hold a GraphModel', async () => {
    const model = await loadModel(await savedGraph('graph'))
    expect(model.kind).toBe('graph')
    const outputs = await model.predict({ x: { shape: [1, 2], data: Float32Array.of(3, 1) } }, { space: 'probability' })
    expect(Object.values(outputs)[0]!.data[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6)
  })
  it('may come from Teachable Machine, whose metadata.json is its card unless there is one', async () => {
    const { path } = await saved('teachable')
    await rm(join(path, 'card.json'))
    const metadata = { packageName: '@teachablemachine/image', labels: ['x', 'y', 'z'], imageSize: 6 }
    await writeFile(join(path, 'metadata.json'), JSON.stringify(metadata))
    expect((await loadModel(path)).card).toMatchObject({
      labels: ['x', 'y', 'z'],
      input: { size: [6, 6], resize: 'crop' },
    })
    expect((await loadModel(path, { card })).card).toEqual(card)
    await writeFile(join(path, 'metadata.json'), '{"version": 1}')
    expect((await loadModel(path)).card).toBeUndefined()
  })
})

describe('what is no TensorFlow.js model is named, with the way to convert it', () => {
  it.each([
    ['m.tflite', 'TensorFlow Lite', 'tensorflowjs_converter'],
    ['m.onnx', 'ONNX', 'onnx2tf'],
    ['m.pt', 'PyTorch', 'ONNX'],
    ['m.pth', 'PyTorch', 'ONNX'],
    ['m.h5', 'Keras', '--input_format=keras'],
    ['m.keras', 'Keras', '--input_format=keras'],
    ['saved_model.pb', 'SavedModel', '--input_format=tf_saved_model'],
    ['m.safetensors', 'weights without a topology', 'saveModel'],
    ['m.xyz', 'no TensorFlow.js model', 'model.json'],
  ])('%s', async (name, what, cure) => {
    const path = join(folder, name)
    await writeFile(path, 'PK\x03\x04 not JSON')
    await expect(loadModel(path)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining(what),
      cure: expect.stringContaining(cure),
    })
  })
  it('by its first bytes, whatever its name', async () => {
    await writeFile(join(folder, 'model-a'), Buffer.from('\x1c\0\0\0TFL3....', 'latin1'))
    await expect(loadModel(join(folder, 'model-a'))).rejects.toThrow('TensorFlow Lite')
    await writeFile(join(folder, 'model-b'), Buffer.from('\x89HDF\r\n\x1a\n....', 'latin1'))
    await expect(loadModel(join(folder, 'model-b'))).rejects.toThrow('Keras')
  })
  it('a SavedModel folder, and a folder with something else', async () => {
    await mkdir(join(folder, 'sm'))
    await writeFile(join(folder, 'sm', 'saved_model.pb'), '')
    await expect(loadModel(join(folder, 'sm'))).rejects.toThrow('SavedModel')
    await mkdir(join(folder, 'with-onnx'))
    await writeFile(join(folder, 'with-onnx', 'net.onnx'), '')
    await expect(loadModel(join(folder, 'with-onnx'))).rejects.toThrow('net.onnx')
  })
  it.each([
    ['random JSON', '{"a": 1}', 'unsupported-model'],
    ['null', 'null', 'unsupported-model'],
    ['half a file', '{"modelTopology": {', 'bad-file'],
    ['a topology without weights', '{"format":"layers-model","modelTopology":{"class_name":"Sequential"}}', 'bad-file'],
    [
      'weights outside the folder',
      '{"modelTopology":{"node":[]},"weightsManifest":[{"paths":["../../x"],"weights":[]}]}',
      'bad-file',
    ],
    [
      'a layer that TensorFlow.js does not have',
      '{"format":"layers-model","modelTopology":{"class_name":"Sequential","config":{"layers":[{"class_name":"Mamba","config":{}}]}},"weightsManifest":[]}',
      'unsupported-model',
    ],
  ])('%s', async (_, text, code) => {
    const path = join(folder, 'random.json')
    await writeFile(path, text)
    const before = memory().numTensors
    const error = await loadModel(path).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ name: 'ExplainError', code })
    expect((error as Error).message).not.toContain('\n')
    expect(memory().numTensors).toBe(before)
  })
  it('nothing there', async () => {
    await expect(loadModel(join(folder, 'none'))).rejects.toMatchObject({
      code: 'bad-file',
      message: /none does not exist/,
    })
    await mkdir(join(folder, 'bare'))
    await expect(loadModel(join(folder, 'bare'))).rejects.toThrow('holds no model.json')
  })
  it('weights cut short, missing, or of another model', async () => {
    const { path } = await saved('cut')
    const weights = join(path, (await readdir(path)).find((name) => name.endsWith('.bin'))!)
    await truncate(weights, 100)
    await expect(loadModel(path)).rejects.toThrow(/holds 100 bytes.*cut short/)
    await writeFile(weights, Buffer.alloc(100_000))
    await expect(loadModel(path)).rejects.toThrow('belongs to another model')
    await rm(weights)
    await expect(loadModel(path)).rejects.toThrow(/weights.*does not exist.*Copy all files/)
  })
  it('a wrong card, by its file', async () => {
    const { path } = await saved('card')
    await writeFile(join(path, 'card.json'), '{"lables": []}')
    await expect(loadModel(path)).rejects.toMatchObject({
      code: 'bad-card',
      message: expect.stringContaining('card.json'),
    })
    await writeFile(join(path, 'card.json'), '{')
    await expect(loadModel(path)).rejects.toMatchObject({ code: 'bad-card' })
  })
  it('a spec of a model that has no file', async () => {
    await expect(loadFromSpec({ kind: 'function', source: 'x' })).rejects.toMatchObject({ code: 'not-transferable' })
  })
})

it('halves are IEEE 754 binary16, ties to even', () => {
  const cases: [number, number][] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [1 / 3, 0x3555],
  ]
  for (const [value, half] of cases) expect(halfOf(value), String(value)).toBe(half)
  expect(halfOf(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00)
})
