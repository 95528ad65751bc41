import { explain, type LayeredModel, preprocessingFor } from '@explainnet/core'
import { saliency } from '@explainnet/saliency'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { useBackend } from '../backend/use-backend.ts'
import { listModels, removeModel, saveModel } from './kept-models.ts'
import { loadModel } from './load-model.ts'
import { absoluteSource } from './source.ts'

beforeAll(() => useBackend('wasm'))

let tensors = 0
beforeEach(() => {
  tensors = tf.memory().numTensors
})
afterEach(() => {
  vi.unstubAllGlobals()
  expect(tf.memory().numTensors, 'no tensor is left').toBe(tensors)
})

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
const input = { shape: [1, 4], data: Float32Array.of(1, -2, 3, 0.5) }
const card = { labels: ['a', 'b'] }

/** Two dense layers, whose weights are always the same. */
function network(): tfl.LayersModel {
  const made = tfl.sequential({
    layers: [
      tfl.layers.dense({ inputShape: [4], units: 3, activation: 'relu' }),
      tfl.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  })
  tf.tidy(() => {
    const values = made.weights.map(({ shape }, i) => {
      const size = shape.reduce<number>((product, side) => product * side!, 1)
      return tf.tensor(
        Float32Array.from({ length: size }, (_, j) => Math.sin(j + i)),
        shape as number[],
      )
    })
    made.setWeights(values)
  })
  return made
}

/** The files that a browser saves of it, the weights in two parts, and what it answers. */
async function saved() {
  const made = network()
  let found: tf.io.ModelArtifacts | undefined
  await made.save(
    tf.io.withSaveHandler(async (artifacts) => {
      found = artifacts
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
    }),
  )
  const output = tf.tidy(() => made.predict(tf.tensor(input.data, [1, 4])) as tf.Tensor)
  const wanted = await output.data()
  output.dispose()
  made.dispose()
  const bytes = new Uint8Array(found!.weightData as ArrayBuffer)
  const weightsManifest = [{ paths: ['a.bin', 'sub dir/b#1.bin'], weights: found!.weightSpecs }]
  const json = JSON.stringify({ modelTopology: found!.modelTopology, format: 'layers-model', weightsManifest })
  const files: Record<string, BlobPart> = {
    'model.json': json,
    'a.bin': bytes.slice(0, 20),
    'sub dir/b#1.bin': bytes.slice(20),
    'card.json': JSON.stringify(card),
  }
  return { files, wanted }
}

const probabilities = async (model: LayeredModel) =>
  Object.values(await model.predict({ [model.inputs[0]!.name]: input }, { space: 'probability' }))[0]!.data

const close = (found: Float32Array, wanted: ArrayLike<number>) => {
  expect(found.length).toBe(wanted.length)
  for (const [i, value] of found.entries()) expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-5)
}

const host = 'https://models.test/net/'
/** A server of these files under `host`, which answers everything else by 404, and the addresses that it was asked for. */
function serve(files: Readonly<Record<string, BlobPart | Response>>): string[] {
  const asked: string[] = []
  const { fetch } = globalThis
  vi.stubGlobal('fetch', async (source: string, init?: RequestInit) => {
    if (!source.startsWith(host)) return fetch(source, init)
    init?.signal?.throwIfAborted()
    asked.push(source)
    const name = decodeURIComponent(new URL(source).pathname.slice(new URL(host).pathname.length))
    const content = files[name]
    if (content === undefined) return new Response('', { status: 404, statusText: 'Not Found' })
    return content instanceof Response ? content : new Response(new Blob([content]))
  })
  return asked
}
const fileList = (files: Readonly<Record<string, BlobPart>>) =>
  Object.entries(files).map(([name, content]) => new File([content], name.slice(name.lastIndexOf('/') + 1)))

const page = () =>
  new Response('<!doctype html><p>All is well.</p>', { headers: { 'content-type': 'text/html; charset=utf-8' } })

/** Some servers say that the browser shall unpack it. */
async function kerasFile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`/packages/keras/test/fixtures/${name}.gz`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).bytes()
}

describe('loadModel by URL', () => {
  it.each(['', 'model.json', 'model.json?token=1'])(
    'takes a folder or its model.json (%j), with the card beside it',
    async (path) => {
      const { files, wanted } = await saved()
      const asked = serve(files)
      const shares: number[] = []
      const model = await loadModel(host + path, { onProgress: (share) => shares.push(share) })
      close(await probabilities(model), wanted)
      expect(model.card).toEqual(card)
      expect(model.spec).toEqual({ kind: 'layers', source: host + path })
      expect(shares.at(-1)).toBe(1)
      expect(shares).toEqual([...shares].sort((a, b) => a - b))
      expect(shares.length).toBeGreaterThan(1)
      if (path.endsWith('token=1')) expect(asked.every((url) => url.endsWith('?token=1'))).toBe(true)
      model.dispose()
    },
  )

  it('takes a network of this repository, which can be explained', async () => {
    const model = await loadModel('/packages/studies/models/pollen-sim')
    const [, height, width, channels] = model.inputs[0]!.shape as [null, number, number, number]
    const image = { shape: [1, height, width, channels], data: new Float32Array(height * width * channels).fill(0.5) }
    const { values, certificate } = await explain(model, image, saliency())
    expect(values.some((value) => value !== 0)).toBe(true)
    expect(certificate.model.spec?.source).toBe(new URL('/packages/studies/models/pollen-sim', location.href).href)
    expect(preprocessingFor(model).warning).toBeUndefined()
    model.dispose()
  })

  it('takes a model that has no card, and one with the labels of Teachable Machine', async () => {
    const { files } = await saved()
    const { 'card.json': _, ...bare } = files
    serve(bare)
    const model = await loadModel(host)
    expect(model.card).toBeUndefined()
    model.dispose()
    // Many servers answer what they do not find by a page.
    serve({ ...bare, 'card.json': page(), 'metadata.json': JSON.stringify({ labels: ['x', 'y'], imageSize: 4 }) })
    const labelled = await loadModel(host)
    expect(labelled.card?.labels).toEqual(['x', 'y'])
    labelled.dispose()
    const asked = serve(bare)
    const given = await loadModel(host, { card: {} })
    expect(asked.filter((url) => /card|metadata/.test(url))).toEqual([])
    given.dispose()
  })

  it.each(['keras-2.15-little.h5', 'keras-3.15-little.keras'])('takes a Keras file: %s', async (name) => {
    serve({ [name]: await kerasFile(name), [name.replace(/[.][a-z0-9]+$/, '.card.json')]: '{"name": "little"}' })
    const shares: number[] = []
    const model = await loadModel(host + name, { onProgress: (share) => shares.push(share) })
    expect(model.spec).toEqual({ kind: 'keras', source: host + name })
    expect(model.card).toEqual({ name: 'little' })
    expect(shares.at(-1)).toBe(1)
    model.dispose()
  })

  it.each([
    ['a 404, with the address', {}, 'bad-file', /models\.test\/net\/model\.json.*404 \(Not Found\)/],
    ['a page in place of the model', { 'model.json': page }, 'bad-file', /model\.json is a web page/],
    ['a page in place of the weights', { 'a.bin': page }, 'bad-file', /a\.bin is a web page/],
    ['weights that are not there', { 'a.bin': undefined }, 'bad-file', /a\.bin.*404/],
    ['weights cut short', { 'a.bin': new Uint8Array(16) }, 'bad-file', /88 bytes.*92.*cut short/],
    ['a damaged model.json', { 'model.json': '{"modelTopology":' }, 'bad-file', /no whole JSON/],
    ['JSON that is no model', { 'model.json': '{"a":1}' }, 'unsupported-model', /no TensorFlow\.js model/],
    ['a damaged card', { 'card.json': '{' }, 'bad-card', /card\.json is no whole JSON/],
    ['a card of something else', { 'card.json': '{"lables":[]}' }, 'bad-card', /card\.json.*lables/],
  ] as const)('refuses %s', async (_, changes, code, words) => {
    const { files } = Object.keys(changes).length > 0 ? await saved() : { files: {} }
    const changed = Object.fromEntries(
      Object.entries({ ...files, ...changes })
        .map(([name, content]) => [name, typeof content === 'function' ? content() : content])
        .filter(([, content]) => content !== undefined),
    ) as Record<string, BlobPart>
    serve(changed)
    expect(await refusal(loadModel(host))).toMatchObject({ code, message: expect.stringMatching(words) })
  })

  it.each(['../w.bin', '/w.bin', 'https://elsewhere.test/w.bin', '//elsewhere.test/w.bin', 'a/../../w.bin'])(
    'refuses a model that wants weights from elsewhere: %s',
    async (name) => {
      const { files } = await saved()
      const asked = serve({ ...files, 'model.json': String(files['model.json']).replace('a.bin', name) })
      expect(await refusal(loadModel(host))).toMatchObject({
        code: 'bad-file',
        message: expect.stringContaining('outside its folder'),
      })
      expect(asked.filter((url) => url.includes('w.bin'))).toEqual([])
    },
  )

  it.each([
    ['net.onnx', /ONNX/],
    ['net.tflite', /TensorFlow Lite/],
    ['weights.bin', /model\.json/],
  ])('refuses %s before it is fetched, with the cure', async (name, words) => {
    const asked = serve({})
    expect(await refusal(loadModel(host + name))).toMatchObject({
      code: 'unsupported-model',
      message: expect.stringMatching(words),
    })
    expect(asked).toEqual([])
  })

  it('refuses a host that cannot be reached or read, and says what may be the matter', async () => {
    expect(await refusal(loadModel('http://127.0.0.1:9/net/'))).toMatchObject({
      code: 'bad-file',
      message: expect.stringMatching(/127\.0\.0\.1:9.*could not be fetched.*CORS/),
    })
    expect(await refusal(loadModel('http://'))).toMatchObject({ code: 'bad-file' })
  })

  it('can be aborted', async () => {
    const { files } = await saved()
    const stop = new AbortController()
    serve(files)
    const { fetch } = globalThis
    vi.stubGlobal('fetch', (source: string, init: RequestInit) => {
      if (!source.includes('a.bin')) return fetch(source, init)
      queueMicrotask(() => stop.abort())
      return new Promise((_, reject) => init.signal!.addEventListener('abort', () => reject(init.signal!.reason)))
    })
    expect(await refusal(loadModel(host, { signal: stop.signal }))).toMatchObject({ code: 'aborted' })
    expect(await refusal(loadModel(host, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'aborted' })
  })
})

describe('loadModel of dropped files', () => {
  it('takes them in any order, also under the name that a browser saves them by', async () => {
    const { files, wanted } = await saved()
    for (const list of [fileList(files), fileList(files).reverse()]) {
      const model = await loadModel(list)
      close(await probabilities(model), wanted)
      expect(model.card).toEqual(card)
      expect(model.spec).toBeUndefined()
      model.dispose()
    }
    const { 'model.json': json, ...rest } = files
    const model = await loadModel([
      ...fileList(rest),
      new File([json!], 'my-model.json'),
      new File(['hello'], 'notes.txt'),
    ])
    close(await probabilities(model), wanted)
    model.dispose()
  })

  it('takes a Keras file, and weights with the architecture beside them', async () => {
    const model = await loadModel([new File([await kerasFile('keras-2.15-little.h5')], 'little.h5')])
    expect(model.kind).toBe('layers')
    model.dispose()
    const nameless = await loadModel([new File([await kerasFile('keras-2.15-little.h5')], 'download')])
    nameless.dispose()
    const weights = new File([await kerasFile('keras-3.15-little-bare.weights.h5')], 'little.weights.h5')
    expect(await refusal(loadModel([weights]))).toMatchObject({ code: 'bad-option' })
    const architecture = new File([await kerasFile('keras-3.15-little-bare.architecture.json')], 'architecture.json')
    const ownCard = new File(['{"name": "little"}'], 'little.card.json')
    const together = await loadModel([weights, ownCard, architecture])
    expect(together.card).toEqual({ name: 'little' })
    together.dispose()
    serve({ 'little.weights.h5': await weights.bytes() })
    const byURL = await loadModel(`${host}little.weights.h5`, { architecture: await architecture.text() })
    expect(byURL.spec).toBeUndefined()
    byURL.dispose()
  })

  it('refuses what lacks a file, and names it', async () => {
    const { files } = await saved()
    const { 'sub dir/b#1.bin': _, ...rest } = files
    expect(await refusal(loadModel(fileList(rest)))).toMatchObject({
      code: 'bad-file',
      message: expect.stringMatching(/b#1\.bin, which model\.json needs, was not given/),
    })
  })

  it.each([
    ['nothing', [], 'bad-file', /No file/],
    ['weights alone', [new File(['x'], 'group1-shard1of1.bin')], 'unsupported-model', /weights alone.*model\.json/],
    ['text', [new File(['x'], 'notes.txt')], 'unsupported-model', /notes\.txt is no TensorFlow\.js model/],
    [
      'an ONNX file among others',
      [new File(['x'], 'net.onnx'), new File(['x'], 'a.txt')],
      'unsupported-model',
      /net\.onnx, an ONNX/,
    ],
    ['two Keras files', [new File(['x'], 'a.h5'), new File(['x'], 'b.keras')], 'bad-file', /a\.h5, b\.keras/],
    ['a Keras file that is none', [new File(['x'], '<b>a</b>.h5')], 'bad-file', /<b>a<\/b>\.h5/],
    [
      'a TensorFlow Lite file under a false name',
      [new File([Uint8Array.of(28, 0, 0, 0, 0x54, 0x46, 0x4c, 0x33)], 'a.dat')],
      'unsupported-model',
      /Lite/,
    ],
  ])('refuses %s', async (_, files, code, words) => {
    expect(await refusal(loadModel(files))).toMatchObject({ code, message: expect.stringMatching(words) })
  })
})

describe('a model kept in the browser', () => {
  it('is loaded again: dropped files as they were, and a network with its card', async () => {
    const { files, wanted } = await saved()
    await saveModel('indexeddb://dropped', fileList(files))
    const made = network()
    await saveModel('indexeddb://made', made, card)
    made.dispose()
    expect((await listModels()).map(({ source }) => source)).toEqual(['indexeddb://dropped', 'indexeddb://made'])
    for (const { source, bytes } of await listModels()) {
      expect(bytes).toBeGreaterThan(92)
      const model = await loadModel(source)
      close(await probabilities(model), wanted)
      expect(model.card).toEqual(card)
      expect(model.spec).toEqual({ kind: 'layers', source })
      model.dispose()
      await removeModel(source)
    }
    expect(await listModels()).toEqual([])
  })

  it('may have been saved by TensorFlow.js', async () => {
    const made = network()
    await made.save('indexeddb://by-tfjs')
    made.dispose()
    const model = await loadModel('indexeddb://by-tfjs')
    expect((await probabilities(model)).length).toBe(2)
    model.dispose()
    await tf.io.removeModel('indexeddb://by-tfjs')
  })

  it('is refused where there is none, and where it has no name', async () => {
    expect(await refusal(loadModel('indexeddb://none'))).toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining('indexeddb://none'),
    })
    expect(await refusal(loadModel('indexeddb://'))).toMatchObject({ code: 'bad-option' })
    expect(await refusal(saveModel('my-model', []))).toMatchObject({ code: 'bad-option' })
    const made = network()
    expect(await refusal(saveModel('indexeddb://x', made, { lables: [] } as object))).toMatchObject({
      code: 'bad-card',
    })
    made.dispose()
  })

  it('is refused where the browser has no room', async () => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    try {
      expect(await refusal(saveModel('indexeddb://x', []))).toMatchObject({
        code: 'unwritable',
        message: expect.stringMatching(/no room.*removeModel/),
      })
    } finally {
      IDBObjectStore.prototype.put = put
    }
  })
})

describe('a graph', () => {
  it('is loaded, and its weights are freed', async () => {
    const model = await loadModel([
      new File([JSON.stringify(graph)], 'model.json'),
      new File([Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)], 'w.bin'),
    ])
    expect(model.kind).toBe('graph')
    const { data } = Object.values(await model.predict({ x: input }, { space: 'logit' }))[0]!
    close(data, [1 - 6 + 15 + 3.5, 2 - 8 + 18 + 4])
    model.dispose()
  })
})

const graph = {
  format: 'graph-model',
  modelTopology: {
    node: [
      {
        name: 'x',
        op: 'Placeholder',
        attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: [{ size: '-1' }, { size: '4' }] } } },
      },
      {
        name: 'w',
        op: 'Const',
        attr: {
          dtype: { type: 'DT_FLOAT' },
          value: { tensor: { dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '4' }, { size: '2' }] } } },
        },
      },
      {
        name: 'y',
        op: 'MatMul',
        input: ['x', 'w'],
        attr: { T: { type: 'DT_FLOAT' }, transpose_a: { b: false }, transpose_b: { b: false } },
      },
    ],
    library: {},
    versions: {},
  },
  weightsManifest: [{ paths: ['w.bin'], weights: [{ name: 'w', shape: [4, 2], dtype: 'float32' }] }],
}

it('an address is resolved where the page is, other sources stay as they are', () => {
  expect(absoluteSource('models/a')).toBe(new URL('models/a', document.baseURI).href)
  expect(absoluteSource(new URL('https://a.test/b'))).toBe('https://a.test/b')
  expect(absoluteSource('indexeddb://a')).toBe('indexeddb://a')
  const files = [new File([], 'a')]
  expect(absoluteSource(files)).toBe(files)
})
