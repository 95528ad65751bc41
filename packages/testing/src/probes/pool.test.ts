import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { type AttributionMethod, explain, type LayeredModel } from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { loadModel, loadModelPool, type ModelPool, saveModel, useBackend } from '@explainnet/node'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normals } from '../models/networks.ts'

let folder: string
let here: LayeredModel
let pool: ModelPool
const threads: Worker[] = []
const onWorker = (worker: Worker) => threads.push(worker)

beforeAll(async () => {
  process.on('worker', onWorker)
  folder = await mkdtemp(join(tmpdir(), 'explainnet-pool-'))
  await useBackend('wasm')
  const init = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.3, seed })
  const conv = (filters: number, seed: number) =>
    tfl.layers.conv2d({
      inputShape: [12, 12, 3],
      filters,
      kernelSize: 3,
      activation: 'relu',
      kernelInitializer: init(seed),
    })
  const layers = [
    conv(6, 1),
    tfl.layers.maxPooling2d({ poolSize: 2 }),
    tfl.layers.conv2d({ filters: 8, kernelSize: 2, activation: 'relu', kernelInitializer: init(2) }),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 4, activation: 'softmax', kernelInitializer: init(3) }),
  ]
  await saveModel(folder, tfl.sequential({ layers }))
  here = await loadModel(folder)
  pool = await loadModelPool(folder, { workers: 3 })
})
afterAll(async () => {
  process.off('worker', onWorker)
  await pool.close()
  await rm(folder, { recursive: true })
})

const methods: readonly AttributionMethod<'layers'>[] = [
  saliency(),
  smoothGrad(saliency(), { samples: 20 }),
  integratedGradients(),
  gradCam(),
].map((method) => method as unknown as AttributionMethod<'layers'>)

describe('a pool of workers gives the same map as this thread, bit for bit', () => {
  const batch = normals([13, 12, 12, 3], 71)
  const single = normals([12, 12, 3], 72)

  for (const method of methods) {
    it(`by ${method.name}, of a batch and of one image`, async () => {
      for (const input of [batch, single]) {
        const wanted = await explain(here, input, method)
        const found = await explain(pool, input, method)
        expect(found.values).toEqual(wanted.values)
        expect(found.certificate.targets).toEqual(wanted.certificate.targets)
        expect(found.certificate.baselines).toEqual(wanted.certificate.baselines)
        expect(found.certificate.evidence).toEqual(wanted.certificate.evidence)
      }
    })
  }

  it('while its workers are killed', async () => {
    const wanted = await explain(here, batch, integratedGradients({ steps: 40 }))
    let kills = 0
    const onProgress = (done: number) => {
      if (done * 3 < kills + 1) return
      kills += 1
      for (const thread of threads) void thread.terminate()
    }
    const found = await explain(pool, batch, integratedGradients({ steps: 40 }), { onProgress })
    expect(found.values).toEqual(wanted.values)
    expect(kills).toBeGreaterThan(1)
  })
})
