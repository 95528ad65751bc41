import type { RemoteModel } from '../../src/api.ts'
import { connectExplainer } from '../../src/page.ts'

/** A picture of the size of a scanned grain, grey but for a disc. */
async function picture(): Promise<Blob> {
  const canvas = new OffscreenCanvas(300, 300)
  const context = canvas.getContext('2d')!
  context.fillStyle = '#ddd'
  context.fillRect(0, 0, 300, 300)
  context.fillStyle = '#863'
  context.arc(150, 140, 90, 0, 2 * Math.PI)
  context.fill()
  return await canvas.convertToBlob()
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

async function measure(modelURL: string, backend: 'wasm' | 'webgl') {
  const longTasks = { whileLoading: [] as number[], whileExplaining: [] as number[] }
  let explaining = Number.POSITIVE_INFINITY
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      longTasks[startTime < explaining ? 'whileLoading' : 'whileExplaining'].push(duration)
    }
  }).observe({ type: 'longtask', buffered: true })
  const spent = async (act: () => Promise<unknown>) => {
    const began = performance.now()
    await act()
    return performance.now() - began
  }
  const makeWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const image = await picture()
  const began = performance.now()
  const explainer = await connectExplainer(makeWorker, { backend })
  const connect = performance.now() - began
  let model!: RemoteModel
  const load = await spent(async () => {
    model = await explainer.load(modelURL)
  })
  explaining = performance.now()
  const first = await spent(() => explainer.explain(model, image, 'grad-cam'))
  const warm: number[] = []
  const inWorker: number[] = []
  for (let run = 0; run < 30; run++) {
    warm.push(
      await spent(async () => {
        inWorker.push((await explainer.explain(model, image, 'grad-cam')).certificate.cost.milliseconds)
      }),
    )
  }
  let estimates = 0
  const noisy = { name: 'smooth-grad', options: { samples: 30 } }
  const smoothGrad = await spent(async () => {
    for await (const _ of explainer.stream(model, image, noisy)) estimates++
  })
  const begunAt = performance.now()
  let stopped = 0
  const controller = new AbortController()
  await explainer
    .explain(
      model,
      image,
      { name: 'smooth-grad', options: { samples: 1e6 } },
      {
        signal: controller.signal,
        onProgress: () => {
          stopped = performance.now()
          controller.abort()
        },
      },
    )
    .catch(() => undefined)
  // The worker is free again when it answers.
  await explainer.predict(model, image)
  const abort = performance.now() - Math.max(stopped, begunAt)
  const { device } = explainer.backend
  explainer.close()
  return {
    device,
    connect,
    load,
    first,
    warm: median(warm),
    inWorker: median(inWorker),
    smoothGrad,
    estimates,
    abort,
    longTasks,
  }
}

Object.assign(window, { measure })
