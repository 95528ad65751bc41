import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LayeredModel, randomStream } from '@explainnet/core'
import { listFolder } from '@explainnet/datasets/folder'
import { loadModel, saveModel, useBackend, writeImage } from '@explainnet/node'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { initialise } from '../train/network.ts'
import { stratifiedSample } from './sample.ts'
import { hmtStudy } from './study.ts'

beforeAll(() => useBackend('wasm'))

const labels = ['01_TUMOR', '08_EMPTY']
/** More than the 32 pixels of the study's occlusion window. */
const side = 48

async function tiles(folder: string, perClass: number): Promise<void> {
  for (const [place, label] of labels.entries()) {
    for (let i = 0; i < perClass; i++) {
      const random = randomStream(place, i)
      const data = Uint8Array.from({ length: side * side * 3 }, () => random.integer(256))
      await writeImage(join(folder, label, `${i}.png`), { width: side, height: side, channels: 3, data })
    }
  }
}

async function smallNetwork(folder: string): Promise<LayeredModel> {
  const { conv2d, dense, globalAveragePooling2d, maxPooling2d } = tfl.layers
  const network = tfl.sequential({
    layers: [
      conv2d({ inputShape: [side, side, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
      maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 5, kernelSize: 3, activation: 'relu' }),
      globalAveragePooling2d({}),
      dense({ units: labels.length, activation: 'softmax' }),
    ],
  })
  initialise(network, 1)
  await saveModel(folder, network, { labels, input: { size: [side, side], range: [0, 1] } })
  network.dispose()
  return loadModel(folder)
}

describe('hmtStudy', () => {
  it('writes report, figures and results, and has nothing left to compute the second time', {
    timeout: 60_000,
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hmt-study-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await tiles(join(folder, 'tiles'), 2)
    const model = await smallNetwork(join(folder, 'model'))
    const options = {
      model,
      folder: join(folder, 'tiles'),
      out: join(folder, 'out'),
      perClass: 1,
    }
    const { results, report } = await hmtStudy(options)
    expect(results).toMatchObject({
      study: 'hmt',
      test: { count: 4 },
      baselines: { tiles: 2 },
      dropIncrease: { sample: { tiles: 2 }, whole: { tiles: 4 } },
    })
    expect((await readdir(join(options.out, 'figures'))).filter((file) => file.endsWith('.png')).sort()).toEqual(
      ['baselines', 'confusion', 'rise-masks', 'roc', 'samples', 'sise', 'techniques'].map((name) => `${name}.png`),
    )
    const page = await readFile(report, 'utf8')
    for (const text of ['published drop', 'Inverted results', 'KernelSHAP']) expect(page).toContain(text)
    const again = await hmtStudy({ ...options, stages: ['sample', 'whole'] })
    expect(again.results['dropIncrease']).toEqual(results['dropIncrease'])
  })
})

describe('stratifiedSample', () => {
  it('takes as many of every class, the same for a seed, others for another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hmt-sample-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await tiles(folder, 3)
    const files = await listFolder(folder)
    const two = stratifiedSample(files, 2, 0)
    expect(labels.map((label) => two.filter((file) => file.label === label).length)).toEqual([2, 2])
    expect(stratifiedSample(files, 2, 0)).toEqual(two)
    expect(new Set([0, 1, 2, 3].map((seed) => JSON.stringify(stratifiedSample(files, 2, seed)))).size).toBeGreaterThan(
      1,
    )
    expect(stratifiedSample(files, 9, 0)).toEqual(files)
  })
})
