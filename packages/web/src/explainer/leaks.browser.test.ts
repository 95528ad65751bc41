import { expect, it, onTestFinished } from 'vitest'
import { image } from '../worker/fixtures/cnn.ts'
import { connectExplainer } from './connect.ts'
import { watchHeaps } from './fixtures/heaps.ts'

const makeWorker = () => new Worker(new URL('../worker/fixtures/worker.ts', import.meta.url), { type: 'module' })

it('two hundred explanations leave no tensor behind, and from the fiftieth on less than 2 MB in page and worker', async () => {
  const explainer = await connectExplainer(makeWorker)
  onTestFinished(() => explainer.close())
  const model = await explainer.load('large')
  const { measure, stop } = await watchHeaps()
  onTestFinished(() => stop())
  const canvas = new OffscreenCanvas(64, 48)
  canvas.getContext('2d')!.fillRect(8, 8, 30, 20)
  const picture = await canvas.convertToBlob()

  const one = async (run: number) => {
    if (run % 4 === 0) await explainer.explain(model, image(1, 48), 'grad-cam')
    else if (run % 4 === 1) await explainer.explain(model, picture, { name: 'smooth-grad', options: { samples: 2 } })
    else if (run % 4 === 2) for await (const _ of explainer.stream(model, canvas, 'saliency')) void _
    else {
      const controller = new AbortController()
      const long = { name: 'smooth-grad', options: { samples: 1e6 } }
      const onProgress = () => controller.abort()
      await explainer
        .explain(model, image(1, 48), long, { signal: controller.signal, onProgress })
        .catch(() => undefined)
    }
  }
  await explainer.predict(model, image(1, 48))
  const tensors = (await explainer.memory()).tensors
  for (let run = 0; run < 50; run++) await one(run)
  const before = await measure()
  for (let run = 50; run < 200; run++) await one(run)
  await explainer.predict(model, image(1, 48))
  const after = await measure()
  expect((await explainer.memory()).tensors).toBe(tensors)
  const grown = { page: after.page - before.page, worker: after.worker - before.worker }
  expect(grown.page).toBeLessThan(2 * 2 ** 20)
  expect(grown.worker).toBeLessThan(2 * 2 ** 20)
}, 120_000)
