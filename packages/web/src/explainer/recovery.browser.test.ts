import { ExplainError } from '@explainnet/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { image } from '../worker/fixtures/cnn.ts'
import { type ConnectOptions, connectExplainer } from './connect.ts'

const makeWorker = () => new Worker(new URL('../worker/fixtures/worker.ts', import.meta.url), { type: 'module' })
const workerOf = (script: string) => () => {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
  onTestFinished(() => URL.revokeObjectURL(url))
  return new Worker(url, { type: 'module' })
}

async function connect(options?: ConnectOptions) {
  const explainer = await connectExplainer(makeWorker, options)
  onTestFinished(() => explainer.close())
  return { explainer, model: await explainer.load('cnn') }
}

const failureOf = (promise: Promise<unknown>): Promise<ExplainError> =>
  promise.then(
    (value) => {
      throw new Error(`It did not fail: ${value}`)
    },
    (error) => error,
  )

describe('a worker that does not start is a typed error', () => {
  it.each<[string, () => Worker]>([
    ['its script is not there', () => new Worker('/nowhere/worker.js', { type: 'module' })],
    ['what it imports is not there', workerOf(`import '${location.origin}/nowhere/module.js'`)],
    ['its script cannot be parsed', workerOf('const = 1')],
    ['its script throws', workerOf("throw new Error('broken at once')")],
    ['it is of another origin', () => new Worker('https://elsewhere.invalid/worker.js')],
  ])('%s', async (_, make) => {
    const error = await failureOf(connectExplainer(make))
    expect(error).toBeInstanceOf(ExplainError)
    expect(error).toMatchObject({ code: 'backend-missing', cure: expect.stringContaining('serveExplainer') })
  })

  it('its backend is not to be had', async () => {
    const error = await failureOf(connectExplainer(makeWorker, { backend: 'abacus' as 'wasm' }))
    expect(error).toMatchObject({ code: 'backend-missing', message: expect.stringContaining("'abacus'") })
    const nowhere = await failureOf(connectExplainer(makeWorker, { wasmPaths: '/nowhere/' }))
    expect(nowhere).toMatchObject({ code: 'backend-missing' })
  })

  it('it serves nothing: the wait can be ended', async () => {
    const waiting = failureOf(connectExplainer(workerOf('1 + 1'), { signal: AbortSignal.timeout(300) }))
    expect(await waiting).toMatchObject({ code: 'aborted' })
    expect(await failureOf(connectExplainer(makeWorker, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
    })
  })
})

describe('a worker that dies fails what is under way, and the next call starts another', () => {
  it.each([
    ['end-itself', 'ended by itself'],
    ['throw-outside', 'thrown where nobody waits'],
  ])('%s', async (deed, why) => {
    const { explainer, model } = await connect()
    const wanted = await explainer.explain(model, image(1), 'saliency')
    const dying = failureOf(explainer.explain(model, image(1), deed))
    const behind = failureOf(explainer.explain(model, image(1), 'saliency'))
    expect(await dying).toMatchObject({ code: 'backend-lost', message: expect.stringContaining(why) })
    expect(await behind).toMatchObject({ code: 'backend-lost' })
    expect(explainer.lost).toEqual([expect.stringContaining(why)])
    expect((await explainer.explain(model, image(1), 'saliency')).values).toEqual(wanted.values)
    expect(explainer.lost.length).toBe(1)
  })
})

describe('a lost device', () => {
  it('of WebGL is said, and the next call computes the same again on a new one', async () => {
    const { explainer, model } = await connect({ backend: 'webgl' })
    expect(explainer.backend.name).toBe('webgl')
    const wanted = await explainer.explain(model, image(1), 'grad-cam')
    const error = await failureOf(explainer.explain(model, image(1), 'lose-context'))
    expect(error).toMatchObject({
      code: 'backend-lost',
      message: expect.stringMatching(/context/),
      cure: expect.stringContaining('started anew'),
    })
    const again = await explainer.explain(model, image(1), 'grad-cam')
    expect(again.values).toEqual(wanted.values)
    expect(again.certificate.backend).toEqual(wanted.certificate.backend)
    expect(explainer.lost).toEqual([expect.stringMatching(/context/)])
  })
})

describe('restart', () => {
  it('ends what is under way and goes on with the same models, on another backend where one is named', async () => {
    const { explainer, model } = await connect()
    const wanted = await explainer.explain(model, image(1), 'grad-cam')
    const long = { name: 'smooth-grad', options: { samples: 5000 } }
    let underWay: Promise<ExplainError> | undefined
    await new Promise<void>((begun) => {
      underWay = failureOf(explainer.explain(model, image(1), long, { onProgress: () => begun() }))
    })
    await explainer.restart('webgl')
    expect(await underWay).toMatchObject({ code: 'aborted' })
    expect(explainer.backend.name).toBe('webgl')
    const again = await explainer.explain(model, image(1), 'grad-cam')
    expect(again.certificate.backend.name).toBe('webgl')
    for (const [i, value] of again.values.entries()) expect(value).toBeCloseTo(wanted.values[i]!, 4)
    expect(explainer.lost).toEqual([])
  })
})

it('a model of an address or of files is there again after a restart, from where it came', async () => {
  const folder = '/packages/studies/models/pollen/'
  const names = ['model.json', 'card.json', 'weights.83d9904f.bin']
  const files = await Promise.all(
    names.map(async (name) => new File([await (await fetch(folder + name)).blob()], name)),
  )
  const { explainer } = await connect()
  const progress: number[] = []
  const far = await explainer.load(folder, { onProgress: (share) => progress.push(share) })
  const near = await explainer.load(files)
  expect(progress.at(-1)).toBe(1)
  expect(near.fingerprint).toBe(far.fingerprint)
  const picture = new ImageData(96, 80)
  const wanted = await explainer.explain(far, picture, 'grad-cam')
  await explainer.restart()
  for (const model of [far, near]) {
    expect((await explainer.explain(model, picture, 'grad-cam')).values).toEqual(wanted.values)
  }
})

it('a closed explainer fails what is under way and what comes after', async () => {
  const { explainer, model } = await connect()
  const underWay = failureOf(explainer.explain(model, image(1), { name: 'smooth-grad', options: { samples: 5000 } }))
  explainer.close()
  for (const call of [underWay, failureOf(explainer.predict(model, image(1))), failureOf(explainer.restart())]) {
    expect(await call).toMatchObject({ code: 'aborted', message: expect.stringContaining('closed') })
  }
})
