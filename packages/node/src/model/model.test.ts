import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ExplainError, type LayeredModel, type ModelCard, type NDArray } from '@explainnet/core'
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter'
import { add, type io, memory } from '@tensorflow/tfjs-core'
import {
  initializers,
  input,
  type LayersModel,
  layers,
  model as layersModel,
  sequential,
} from '@tensorflow/tfjs-layers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadFromSpec, loadModel, saveModel, useBackend } from '../index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-model-'))
  await useBackend('wasm')
})
afterAll(() => rm(folder, { recursive: true }))

/** A model must be read, built and refused without a word on the console. */
let quiet: ReturnType<typeof vi.spyOn>[]
beforeEach(() => {
  quiet = (['log', 'info', 'warn', 'error'] as const).map((level) => vi.spyOn(console, level))
})
afterEach(() => {
  for (const level of quiet) expect(level).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

const seeded = (seed: number) => initializers.glorotUniform({ seed })

/** Two branches that meet again, with batch normalisation whose statistics are not the initial ones. */
function branching(): LayersModel {
  const pixels = input({ shape: [8, 8, 3], name: 'pixels' })
  const conv = (seed: number, name: string) =>
    layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name, kernelInitializer: seeded(seed) })
  const normal = layers.batchNormalization({
    name: 'normal',
    movingMeanInitializer: initializers.randomUniform({ minval: -0.1, maxval: 0.1, seed: 3 }),
    movingVarianceInitializer: initializers.randomUniform({ minval: 0.5, maxval: 1.5, seed: 4 }),
  })
  const left = layers.reLU({ name: 'left-active' }).apply(normal.apply(conv(1, 'left').apply(pixels)))
  const right = conv(2, 'right').apply(pixels)
  const sum = layers.add({ name: 'sum' }).apply([left, right] as never)
  const dense = layers.dense({ units: 3, activation: 'softmax', name: 'classes', kernelInitializer: seeded(5) })
  const pooled = layers.globalAveragePooling2d({ name: 'pool', dataFormat: 'channelsLast' }).apply(sum)
  return layersModel({ inputs: pixels, outputs: dense.apply(pooled) as never })
}

const small = () =>
  sequential({ layers: [layers.dense({ inputShape: [4], units: 2, kernelInitializer: seeded(1), name: 'dense' })] })

/** y = softmax(x · w), as a converter writes it. */
function graphArtifacts(): io.ModelArtifacts {
  const type = { T: { type: 'DT_FLOAT' } }
  const shape = { dim: [{ size: '-1' }, { size: '2' }] }
  return {
    format: 'graph-model',
    modelTopology: {
      node: [
        { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape } } },
        { name: 'w', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
        { name: 'logits', op: 'MatMul', input: ['x', 'w'], attr: type },
        { name: 'probabilities', op: 'Softmax', input: ['logits'], attr: type },
      ],
      library: {},
      versions: {},
    },
    weightSpecs: [{ name: 'w', shape: [2, 3], dtype: 'float32' }],
    weightData: Float32Array.of(1, 0, -1, 0.5, 2, 0.25).buffer,
  }
}

const ramp = (...shape: number[]): NDArray => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 37) % 101) / 101),
})

async function outputs(model: LayeredModel, array: NDArray): Promise<number[]> {
  const given = await model.predict({ [model.inputs[0]!.name]: array }, { space: 'probability' })
  return Array.from(given[model.outputs[0]!.name]!.data)
}

const card: ModelCard = {
  name: 'shapes',
  labels: ['a', 'b', 'c'],
  input: { size: [8, 8], range: [-1, 1] },
}

async function refusal(path: string, code: string, words: RegExp): Promise<void> {
  const before = memory().numTensors
  const error = await loadModel(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ExplainError)
  const { message, cure } = error as ExplainError
  expect(error).toMatchObject({ code, message: expect.stringMatching(words) })
  expect(message).not.toContain('\n')
  expect(message).toContain(path)
  expect(cure).not.toBe('')
  expect(memory().numTensors).toBe(before)
}

async function written(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const path = join(folder, name)
  await mkdir(path, { recursive: true })
  for (const [file, content] of Object.entries(files)) await writeFile(join(path, file), content)
  return path
}

async function savedSmall(name: string): Promise<{ path: string; weights: string }> {
  const path = join(folder, name)
  const net = small()
  await saveModel(path, net)
  net.dispose()
  return { path, weights: join(path, (await readdir(path)).find((file) => file.endsWith('.bin'))!) }
}

describe('a model comes back from its folder as it was', () => {
  it('with branches, batch normalisation and its card, by folder and by model.json', async () => {
    const net = branching()
    const path = join(folder, 'branching')
    await saveModel(path, net, card)
    const x = ramp(2, 8, 8, 3)
    const { fromLayersModel } = await import('@explainnet/core')
    const expected = await outputs(fromLayersModel(net), x)
    for (const name of [path, join(path, 'model.json')]) {
      const back = await loadModel(name)
      expect(await outputs(back, x)).toEqual(expected)
      expect(back.card).toEqual(card)
      expect(back.spec).toEqual({ kind: 'layers', source: resolve(name) })
      expect(await back.fingerprint!()).toBe(await fromLayersModel(net).fingerprint!())
      const again = await loadFromSpec(back.spec!)
      expect(await outputs(again, x)).toEqual(expected)
    }
    net.dispose()
  })
  it('in 16 bits within 1e-3, at about half the size', async () => {
    const net = branching()
    const [full, half] = [join(folder, 'full'), join(folder, 'half')]
    await saveModel(full, net, card)
    await saveModel(half, net, card, { quantize: 'float16' })
    const sizes = await Promise.all(
      [full, half].map(async (path) => {
        const name = (await readdir(path)).find((file) => file.endsWith('.bin'))!
        return (await readFile(join(path, name))).length
      }),
    )
    expect(sizes[1]).toBe(sizes[0]! / 2)
    const x = ramp(2, 8, 8, 3)
    const [expected, given] = [await outputs(await loadModel(full), x), await outputs(await loadModel(half), x)]
    given.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!) / expected[i]!).toBeLessThan(1e-3)
    })
    const [wide, narrow] = [(await loadModel(full)).parameters!(), (await loadModel(half)).parameters!()]
    for (const [i, parameter] of wide.entries()) {
      const stored = await narrow[i]!.read()
      for (const [k, value] of (await parameter.read()).entries()) {
        expect(Math.abs(stored[k]! - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11 + 2 ** -25)
      }
    }
    net.dispose()
  })
  it('a GraphModel, as the converter writes it and as saveModel does', async () => {
    const { weightSpecs, weightData, ...topology } = graphArtifacts()
    const path = await written('graph', {
      'model.json': JSON.stringify({ ...topology, weightsManifest: [{ paths: ['w.bin'], weights: weightSpecs }] }),
      'w.bin': new Uint8Array(weightData as ArrayBuffer),
    })
    const x = ramp(2, 2)
    const model = await loadModel(path)
    expect(model).toMatchObject({ kind: 'graph', finalActivation: 'softmax', card: undefined })
    const [p] = await outputs(model, { shape: [1, 2], data: Float32Array.of(1, 2) })
    // softmax of [1 + 1, 0 + 4, −1 + 0.5]
    expect(p).toBeCloseTo(Math.exp(2) / (Math.exp(2) + Math.exp(4) + Math.exp(-0.5)), 6)
    const graph: GraphModel = await loadGraphModel({ load: async () => graphArtifacts() })
    const copy = join(folder, 'graph-copy')
    await saveModel(copy, graph, { labels: ['a', 'b', 'c'] })
    const back = await loadModel(copy)
    expect(back.kind).toBe('graph')
    expect(await outputs(back, x)).toEqual(await outputs(model, x))
    graph.dispose()
  })
  it('with another card than the one beside it', async () => {
    const net = branching()
    const path = join(folder, 'other-card')
    await saveModel(path, net, card)
    expect((await loadModel(path, { card: { labels: ['x', 'y', 'z'] } })).card).toEqual({ labels: ['x', 'y', 'z'] })
    net.dispose()
  })
  it("with Teachable Machine's metadata.json for a card; another tool's metadata.json is left alone", async () => {
    const pixels = layers.inputLayer({ inputShape: [224, 224, 3] })
    const net = sequential({
      layers: [pixels, layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }), layers.dense({ units: 2 })],
    })
    const path = join(folder, 'teachable')
    await saveModel(path, net)
    const metadata = {
      tfjsVersion: '1.3.1',
      tmVersion: '2.4.5',
      modelName: 'pets',
      labels: ['cat', 'dog'],
      imageSize: 224,
    }
    await writeFile(join(path, 'metadata.json'), JSON.stringify(metadata))
    expect((await loadModel(path)).card).toMatchObject({
      name: 'pets',
      labels: ['cat', 'dog'],
      input: { size: [224, 224], resize: 'crop' },
    })
    await writeFile(join(path, 'metadata.json'), '{"author":"me"}')
    expect((await loadModel(path)).card).toBeUndefined()
    net.dispose()
  })
})

describe('saving over a model', () => {
  it('leaves one set of weights, what else lies there, and no card of the model before', async () => {
    const net = branching()
    const path = join(folder, 'over')
    await saveModel(path, net, card)
    await writeFile(join(path, 'split.json'), '{}')
    await saveModel(path, net, card, { quantize: 'float16' })
    const { path: other } = await savedSmall('over')
    expect((await readdir(other)).sort()).toEqual([
      'model.json',
      'split.json',
      expect.stringMatching(/^weights\..*bin$/),
    ])
    expect((await loadModel(path)).card).toBeUndefined()
    net.dispose()
  })
  it('keeps the old one when writing fails', async () => {
    const { path } = await savedSmall('kept')
    const before = await outputs(await loadModel(path), ramp(1, 4))
    const files = await readdir(path)
    // A folder where the card should go stops the writing half-way.
    await mkdir(join(path, 'card.json', 'in-the-way'), { recursive: true })
    const net = small()
    net.layers[0]!.setWeights(net.layers[0]!.getWeights().map((weight) => add(weight, 1)))
    await expect(saveModel(path, net, { labels: ['a', 'b'] })).rejects.toMatchObject({ code: 'unwritable' })
    await rm(join(path, 'card.json'), { recursive: true })
    expect(await outputs(await loadModel(path), ramp(1, 4))).toEqual(before)
    expect((await readdir(path)).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(await readdir(path)).toEqual(expect.arrayContaining(files))
    net.dispose()
  })
  it('below a file, with a wrong card, or with a weight beyond 16 bits is refused', async () => {
    const net = small()
    await writeFile(join(folder, 'plain'), '')
    const below = saveModel(join(folder, 'plain', 'model'), net)
    await expect(below).rejects.toMatchObject({ code: 'unwritable', message: expect.not.stringContaining('\n') })
    await expect(saveModel(join(folder, 'x'), net, { labels: 'a,b' } as never)).rejects.toMatchObject({
      code: 'bad-card',
    })
    net.layers[0]!.setWeights(net.layers[0]!.getWeights().map((weight) => add(weight, 70_000)))
    const huge = saveModel(join(folder, 'x'), net, undefined, { quantize: 'float16' })
    await expect(huge).rejects.toMatchObject({ code: 'bad-option', message: expect.stringContaining('dense') })
    net.dispose()
  })
})

describe('what is no whole tfjs model is refused in one line, with its name and no tensor left', () => {
  it('nothing there, an empty folder, an empty file', async () => {
    await refusal(join(folder, 'nowhere'), 'bad-file', /does not exist/)
    await refusal(await written('hollow', {}), 'bad-file', /holds no model\.json/)
    await written('empty', { 'model.json': '' })
    await refusal(join(folder, 'empty', 'model.json'), 'bad-file', /empty|no whole JSON/)
  })
  it.each(['{', '[]', 'null', '3', '{"a":1}', '{"modelTopology":null}', '{"modelTopology":[],"weightsManifest":[]}'])(
    'random JSON: %s',
    async (text) => {
      await written('random', { 'model.json': text })
      await refusal(join(folder, 'random', 'model.json'), text === '{' ? 'bad-file' : 'unsupported-model', /model/i)
    },
  )
  it.each([
    undefined,
    'weights',
    [null],
    [{}],
    [{ paths: ['w.bin'] }],
    [{ paths: ['w.bin'], weights: [{ name: 'w', shape: 'x', dtype: 'float32' }] }],
    [{ paths: ['w.bin'], weights: [{ name: 'w', shape: [2], dtype: 'bfloat16' }] }],
    [{ paths: [7], weights: [] }],
    [{ paths: ['../w.bin'], weights: [] }],
    [{ paths: ['/etc/hostname'], weights: [] }],
  ])('a damaged manifest: %j', async (weightsManifest) => {
    const modelTopology = { class_name: 'Sequential', config: [] }
    await written('manifest', { 'model.json': JSON.stringify({ modelTopology, weightsManifest }) })
    await refusal(join(folder, 'manifest', 'model.json'), 'bad-file', /weight/)
  })
  it('weights that are missing, cut short, too long, or without the one that a layer wants', async () => {
    const { path, weights } = await savedSmall('cut')
    const whole = await readFile(weights)
    await truncate(weights, whole.length - 4)
    await refusal(join(path, 'model.json'), 'bad-file', /36 bytes.*40.*cut short/)
    await writeFile(weights, Buffer.concat([whole, whole]))
    await refusal(join(path, 'model.json'), 'bad-file', /80 bytes.*40.*another model/)
    await rm(weights)
    await refusal(path, 'bad-file', /weights\..*does not exist/)
    await writeFile(weights, whole.subarray(0, 32))
    const json = JSON.parse(await readFile(join(path, 'model.json'), 'utf8'))
    json.weightsManifest[0].weights.pop()
    await writeFile(join(path, 'model.json'), JSON.stringify(json))
    await refusal(path, 'unsupported-model', /bias/)
  })
  it('a layer that tfjs does not have', async () => {
    const { path } = await savedSmall('unknown-layer')
    const text = await readFile(join(path, 'model.json'), 'utf8')
    await writeFile(join(path, 'model.json'), text.replaceAll('"Dense"', '"MultiHeadAttention"'))
    await refusal(path, 'unsupported-model', /MultiHeadAttention/)
    // After layers that were built already.
    const net = branching()
    await saveModel(path, net)
    net.dispose()
    const whole = await readFile(join(path, 'model.json'), 'utf8')
    await writeFile(join(path, 'model.json'), whole.replaceAll('"Dense"', '"MultiHeadAttention"'))
    await refusal(path, 'unsupported-model', /MultiHeadAttention/)
  })
  it('a graph with an operation that tfjs does not have, or without its weights', async () => {
    const { weightSpecs, weightData, ...topology } = graphArtifacts()
    const json = { ...topology, weightsManifest: [{ paths: ['w.bin'], weights: weightSpecs }] }
    const bin = { 'w.bin': new Uint8Array(weightData as ArrayBuffer) }
    const text = JSON.stringify(json)
    await refusal(
      await written('strange-op', { 'model.json': text.replace('"Softmax"', '"Sparkle"'), ...bin }),
      'unsupported-model',
      /Sparkle/,
    )
    const bare = JSON.stringify({ ...json, weightsManifest: [] })
    await refusal(await written('no-weights', { 'model.json': bare }), 'unsupported-model', /w\b/)
  })
  it.each([
    ['model.tflite', /TensorFlow Lite.*tensorflowjs_converter/],
    ['model.onnx', /ONNX.*(fromPredict|convert)/i],
    ['model.pt', /PyTorch.*ONNX/],
    ['model.pth', /PyTorch.*ONNX/],
    ['model.pb', /SavedModel.*tf_saved_model/],
    ['model.safetensors', /safetensors.*without a topology/],
    ['weights.bin', /weights.*model\.json/],
  ])('%s, with its cure', async (name, words) => {
    await written('foreign', { [name]: Uint8Array.of(8, 0, 0, 0, 0x7b, 0x22, 0xff, 3, 3) })
    await refusal(join(folder, 'foreign', name), 'unsupported-model', words)
  })
  it('a SavedModel folder, a folder with an ONNX file, and formats under a false name', async () => {
    await refusal(await written('saved', { 'saved_model.pb': 'x' }), 'unsupported-model', /SavedModel.*tf_saved_model/)
    await refusal(await written('onnx', { 'net.onnx': 'x' }), 'unsupported-model', /net\.onnx, an ONNX model/)
    const path = await written('disguised', { 'lite.dat': '\x1c\0\0\0TFL3' })
    await refusal(join(path, 'lite.dat'), 'unsupported-model', /TensorFlow Lite/)
  })
  it('a damaged card, by its path', async () => {
    const { path } = await savedSmall('carded')
    for (const text of ['{', '{"lables":[]}', '3']) {
      await writeFile(join(path, 'card.json'), text)
      await refusal(path, 'bad-card', /card\.json/)
    }
    await rm(join(path, 'card.json'))
    await mkdir(join(path, 'card.json'))
    await refusal(path, 'bad-card', /card\.json cannot be read/)
  })
  it('a card that contradicts the model', async () => {
    const net = branching()
    const path = join(folder, 'contradiction')
    await saveModel(path, net, card)
    net.dispose()
    for (const [wrong, words] of [
      [{ size: [9, 8] }, /input\.size.*9.*8/],
      [{ channelOrder: 'grey' }, /channel/],
    ] as const) {
      await writeFile(join(path, 'card.json'), JSON.stringify({ input: wrong }))
      await refusal(path, 'bad-card', words)
    }
  })
})
