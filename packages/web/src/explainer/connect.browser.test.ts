import { type Attribution, type AttributionMethod, ExplainError, explain } from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Explainer, RemoteModel } from '../api.ts'
import { useBackend } from '../backend/use-backend.ts'
import { cnn, image } from '../worker/fixtures/cnn.ts'
import { serveExplainer } from '../worker/index.ts'
import { connectExplainer } from './connect.ts'

const makeWorker = () => new Worker(new URL('../worker/fixtures/worker.ts', import.meta.url), { type: 'module' })

let explainer: Explainer
let model: RemoteModel
beforeAll(async () => {
  await useBackend('wasm')
  explainer = await connectExplainer(makeWorker)
  model = await explainer.load('cnn')
})
afterAll(() => explainer.close())

const failureOf = (promise: Promise<unknown>): Promise<ExplainError> =>
  promise.then(
    (value) => {
      throw new Error(`It did not fail: ${value}`)
    },
    (error) => error,
  )

/** All but the time that it took. */
const repeatable = ({ certificate: { cost, ...certificate } }: Attribution) => ({
  ...certificate,
  cost: { forward: cost.forward, backward: cost.backward },
})

describe('a worker', () => {
  it('says what it computes with, and what it serves', () => {
    expect(explainer.backend).toMatchObject({ name: 'wasm', device: expect.stringContaining('WebAssembly') })
    expect(explainer.methods.map(({ name }) => name)).toEqual(expect.arrayContaining(['saliency', 'smooth-grad']))
    expect(explainer.methods.find(({ name }) => name === 'grad-cam')).toMatchObject({
      needs: 'layers',
      options: gradCam().options,
      spec: gradCam().spec,
    })
    expect(explainer.served).toEqual({ models: ['cnn', 'large', 'broken'], targets: ['first-two'] })
    expect(explainer.lost).toEqual([])
  })

  it('describes a model as it is in the page', async () => {
    const here = cnn()
    onTestFinished(() => here.dispose())
    expect(model).toMatchObject({ kind: 'layers', card: here.card, inputs: here.inputs, outputs: here.outputs })
    expect(model.layers).toEqual(here.layers())
    expect(model.camLayers).toEqual(['last', 'active'])
    expect(model.preprocessing).toEqual({ size: [16, 16] })
    expect(model.fingerprint).toBe(await here.fingerprint!())
    expect(model.warnings).toEqual([])
  })

  it('gives what explain gives in the page, to the last digit, for every way to name a method and a target', async () => {
    const here = cnn()
    onTestFinished(() => here.dispose())
    const x = image(2)
    const options = { seed: 3, target: { of: 'a', against: 1 } }
    const noisy = smoothGrad(saliency(), { samples: 5 })
    for (const [far, near] of [
      ['grad-cam', gradCam()],
      [{ name: 'grad-cam', options: { layer: 'last' } }, gradCam({ layer: 'last' })],
      [noisy, noisy],
      [noisy.spec!, noisy],
    ] as const) {
      const wanted = await explain(here, x, near, options)
      const found = await explainer.explain(model, x, far, options)
      expect(found.values).toEqual(wanted.values)
      expect(found.shape).toEqual(wanted.shape)
      expect(found.axes).toEqual(wanted.axes)
      expect(repeatable(found)).toEqual(repeatable(wanted))
    }
    const served = await explainer.explain(model, x, 'saliency', { target: { served: 'first-two' } })
    expect(served.certificate.targets[0]).toMatchObject({ kind: 'function', name: 'first two' })
  })

  it('takes a picture, prepares it by the card, and says what was done to it', async () => {
    const pixels = Uint8ClampedArray.from({ length: 32 * 24 * 4 }, (_, i) => (i % 4 === 3 ? 128 : (i * 31) % 256))
    const picture = new ImageData(pixels, 32, 24)
    const canvas = new OffscreenCanvas(32, 24)
    canvas.getContext('2d')!.putImageData(picture, 0, 0)
    const png = await canvas.convertToBlob()
    const found = await explainer.explain(model, png, 'saliency')
    expect(found.shape).toEqual([1, 16, 16, 3])
    expect(found.certificate.warnings).toContainEqual({ code: 'image', message: expect.stringContaining('alpha') })
    const bitmap = canvas.transferToImageBitmap()
    for (const source of [bitmap, picture, { width: 32, height: 24, channels: 3, data: new Uint8Array(32 * 24 * 3) }]) {
      expect((await explainer.explain(model, source as ImageBitmap, 'saliency')).shape).toEqual([1, 16, 16, 3])
    }
    // They are still the caller's.
    expect([bitmap.width, picture.data.length]).toEqual([32, 32 * 24 * 4])
    expect(await failureOf(explainer.explain(model, 'x.png' as unknown as Blob, 'saliency'))).toMatchObject({
      code: 'bad-image',
    })
  })

  it('predicts the classes of the first example, best first', async () => {
    const here = cnn()
    onTestFinished(() => here.dispose())
    const probabilities = (await here.predict({ [here.inputs[0]!.name]: image(1) }, { space: 'probability' }))[
      'classes'
    ]!
    const all = await explainer.predict(model, image(3))
    expect(all.map(({ label }) => label)).toEqual(expect.arrayContaining([...here.card!.labels!]))
    for (const { index, probability } of all) expect(probability).toBeCloseTo(probabilities.data[index]!, 6)
    expect(all.map(({ score }) => score)).toEqual(all.map(({ score }) => score).sort((a, b) => b - a))
    expect(await explainer.predict(model, image(1), { top: 2 })).toEqual(all.slice(0, 2))
  })

  it('takes calls in order, also one that is made before the last is done', async () => {
    const done: number[] = []
    const seeds = [0, 1, 2, 3]
    const noisy = { name: 'smooth-grad', options: { samples: 8 } }
    const found = await Promise.all(
      seeds.map(async (seed) => {
        // A picture takes longer to get ready than numbers do.
        const x = seed % 2 === 0 ? new ImageData(16, 16) : image(1)
        const { certificate } = await explainer.explain(model, x, noisy, { seed })
        done.push(seed)
        return certificate.seed
      }),
    )
    expect(done).toEqual(seeds)
    expect(found).toEqual(seeds)
  })
})

describe('running estimates', () => {
  const noisy = { name: 'smooth-grad', options: { samples: 400 } }

  it('come as they sharpen, and the last is what explain gives', async () => {
    const progress: number[] = []
    const found: Attribution[] = []
    for await (const one of explainer.stream(model, image(1), noisy, { onProgress: (done) => progress.push(done) })) {
      found.push(one)
    }
    expect(found.length).toBeGreaterThan(1)
    expect(found.at(-1)!.values).toEqual((await explainer.explain(model, image(1), noisy)).values)
    expect(progress.at(-1)).toBe(1)
    expect(progress).toEqual([...progress].sort((a, b) => a - b))
  })

  it('are skipped by a slow page, but for the last', async () => {
    const found: Attribution[] = []
    for await (const one of explainer.stream(model, image(1), noisy)) {
      found.push(one)
      // Whatever comes meanwhile is computed by the time that this one is.
      if (found.length === 1) await explainer.predict(model, image(1))
    }
    expect(found.length).toBeLessThanOrEqual(3)
    expect(found.at(-1)!.values).toEqual((await explainer.explain(model, image(1), noisy)).values)
  })

  it('are settled early by a tolerance, though the page has been handed those to compare with', async () => {
    const stop = { tolerance: 0.5 }
    let last: Attribution | undefined
    for await (const one of explainer.stream(model, image(1), noisy, { stop })) last = one
    expect(last!.certificate.warnings.map(({ code }) => code)).toContain('stopped-early')
    expect(last!.certificate.cost.backward).toBeLessThan(400)
  })
})

describe('a call is aborted', () => {
  const long = { name: 'smooth-grad', options: { samples: 2000 } }

  it('before, while it waits, while it runs, and by leaving the loop; nothing is left behind, and what comes next works', async () => {
    const before = await explainer.memory()
    const reason = new Error('enough')
    const late = AbortSignal.abort(reason)
    const early = await failureOf(explainer.explain(model, image(1), long, { signal: late }))
    expect(early).toMatchObject({ code: 'aborted', cause: reason })
    expect(early).toBeInstanceOf(ExplainError)

    const [running, waiting] = [new AbortController(), new AbortController()]
    const first = failureOf(
      explainer.explain(model, image(1), long, { signal: running.signal, onProgress: () => running.abort() }),
    )
    const second = failureOf(explainer.explain(model, image(1), long, { signal: waiting.signal }))
    const third = explainer.explain(model, image(1), 'saliency')
    waiting.abort()
    expect(await second).toMatchObject({ code: 'aborted' })
    expect(await first).toMatchObject({ code: 'aborted' })
    expect((await third).shape).toEqual([1, 16, 16, 3])

    let estimates = 0
    for await (const _ of explainer.stream(model, image(1), long)) if (++estimates === 2) break
    const stopping = new AbortController()
    const stream = explainer.stream(model, image(1), long, { signal: stopping.signal })
    await stream.next()
    stopping.abort()
    expect(await failureOf(stream.next())).toMatchObject({ code: 'aborted' })

    await explainer.predict(model, image(1))
    expect(await explainer.memory()).toEqual(before)
  })

  it('stops in the worker too, rather than being computed to its end', async () => {
    const x = image(1)
    const controller = new AbortController()
    const aborted = failureOf(
      explainer.explain(
        model,
        x,
        { name: 'smooth-grad', options: { samples: 1e6 } },
        { signal: controller.signal, onProgress: () => controller.abort() },
      ),
    )
    await aborted
    // It would come after an hour.
    await explainer.predict(model, x)
  })
})

describe('what cannot be done is refused with a code and a cure', () => {
  const method = (extra: object) => ({ ...saliency(), ...extra }) as AttributionMethod

  it.each<[string, () => Promise<unknown>, object]>([
    [
      'a method that is not served',
      () => explainer.explain(model, image(1), 'salience'),
      { code: 'bad-method', cure: expect.stringContaining('grad-cam') },
    ],
    ['a name from the prototype', () => explainer.explain(model, image(1), 'constructor'), { code: 'bad-method' }],
    [
      'a method without a spec',
      () => explainer.explain(model, image(1), method({ spec: undefined })),
      { code: 'not-transferable' },
    ],
    [
      'another inner method',
      () => explainer.explain(model, image(1), smoothGrad(gradCam())),
      { code: 'not-transferable', cure: expect.stringContaining('smooth-grad') },
    ],
    [
      'a strange option',
      () => explainer.explain(model, image(1), { name: 'smooth-grad', options: { sample: 3 } }),
      { code: 'bad-option' },
    ],
    [
      'a function as an option',
      () => explainer.explain(model, image(1), { name: 'grad-cam', options: { layer: () => 1 } }),
      { code: 'not-transferable' },
    ],
    [
      'a target that is not served',
      () => explainer.explain(model, image(1), 'saliency', { target: { served: '__proto__' } }),
      { code: 'bad-option', cure: expect.stringContaining('first-two') },
    ],
    [
      'an unknown label',
      () => explainer.explain(model, image(1), 'saliency', { target: '<script>' }),
      { code: 'unknown-label' },
    ],
    [
      'an unknown layer',
      () => explainer.explain(model, image(1), { name: 'grad-cam', options: { layer: 'nowhere' } }),
      { code: 'unknown-layer' },
    ],
    ['numbers of another shape', () => explainer.explain(model, image(1, 4), 'saliency'), { code: 'bad-shape' }],
    [
      'a model of another explainer',
      () => explainer.explain({ ...model, id: 'model-0' }, image(1), 'saliency'),
      { code: 'unsupported-model' },
    ],
  ])('%s', async (_, call, wanted) => {
    const error = await failureOf(call())
    expect(error).toBeInstanceOf(ExplainError)
    expect(error).toMatchObject(wanted)
    expect(error.message.endsWith(error.cure)).toBe(true)
  })

  it('a model that cannot be made says why, and what a method throws arrives as it is', async () => {
    expect((await failureOf(explainer.load('broken'))).message).toBe('no such weights')
    const misspelt = await failureOf(explainer.load('cmn'))
    expect(misspelt).toMatchObject({
      code: 'bad-file',
      cure: expect.stringContaining("the worker's own: cnn, large, broken"),
    })
    expect((await failureOf(explainer.explain(model, image(1), 'throw-strange'))).message).toBe('not one of ours')
  })

  it('a model that was unloaded is not there any more, and its weights are free', async () => {
    const before = await explainer.memory()
    const other = await explainer.load('cnn')
    expect((await explainer.memory()).tensors).toBeGreaterThan(before.tensors)
    await explainer.unload(other)
    expect(await explainer.memory()).toEqual(before)
    expect(await failureOf(explainer.predict(other, image(1)))).toMatchObject({ code: 'unsupported-model' })
  })
})

describe('numbers that cross', () => {
  it('are handed over, and the caller keeps his own', async () => {
    const { port1, port2 } = new MessageChannel()
    serveExplainer({ methods: { saliency }, models: { cnn: async () => cnn() }, backend: 'wasm' }, port1)
    const here = await connectExplainer(() => port2)
    onTestFinished(() => here.close())
    const own = await here.load('cnn')
    const x = image(2)
    const one = { shape: [16, 16, 3], data: x.data.subarray(16 * 16 * 3) }
    const post = vi.spyOn(MessagePort.prototype, 'postMessage')
    onTestFinished(() => post.mockRestore())
    const found = await here.explain(own, one, 'saliency')
    const posted = post.mock.calls.map(
      ([message, transfer]) => [(message as { kind?: string } | undefined)?.kind, transfer] as const,
    )
    const given = posted.find(([kind]) => kind === 'call')![1] as unknown as ArrayBuffer[]
    const taken = posted.find(([kind]) => kind === 'done')![1] as unknown as ArrayBuffer[]
    // What was handed over is gone on this side.
    expect(given.map((buffer) => buffer.byteLength)).toEqual([0])
    expect(taken.map((buffer) => buffer.byteLength)).toEqual([0])
    expect(found.values.length).toBe(16 * 16 * 3)
    expect(x).toEqual(image(2))
  })
})
