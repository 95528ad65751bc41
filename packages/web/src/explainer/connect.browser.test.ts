import { type Attribution, type ExplainError, explain } from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Explainer, RemoteModel } from '../api.ts'
import { useBackend } from '../backend/use-backend.ts'
import { cnn, image } from '../worker/fixtures/cnn.ts'
import { type ConnectOptions, connectExplainer } from './connect.ts'

const makeWorker = () => new Worker(new URL('../worker/fixtures/worker.ts', import.meta.url), { type: 'module' })

async function connect(options?: ConnectOptions) {
  const explainer = await connectExplainer(makeWorker, options)
  onTestFinished(() => explainer.close())
  return { explainer, model: await explainer.load('cnn') }
}

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
    expect(explainer.served).toEqual({ models: ['cnn', 'broken'], targets: ['first-two'] })
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
})
