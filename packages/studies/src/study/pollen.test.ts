import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromLayersModel, randomStream } from '@explainnet/core'
import { useBackend, writeImage } from '@explainnet/node'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildNetwork, initialise } from '../train/network.ts'
import { type PollenStudyOptions, pollenStudy, type StudiedNetwork } from './pollen.ts'

const labels = ['bright', 'dark']
const side = 32

let folder: string
let network: StudiedNetwork
beforeAll(async () => {
  await useBackend('wasm')
  folder = await mkdtemp(join(tmpdir(), 'study-'))
  const files: { path: string; label: string }[] = []
  for (const label of labels) {
    await mkdir(join(folder, 'photographs', label), { recursive: true })
    for (let i = 0; i < 3; i++) {
      const random = randomStream(labels.indexOf(label), i)
      const data = Uint8Array.from(
        { length: side * side * 3 },
        () => random.integer(120) + (label === 'dark' ? 0 : 130),
      )
      const path = `${label}/${label}_${i}.png`
      await writeImage(join(folder, 'photographs', path), { width: side, height: side, channels: 3, data })
      files.push({ path, label })
    }
  }
  const stages = [{ width: 4 }, 'pool', { width: 6 }] as const
  const architecture = { name: 'tiny', inputShape: [side, side, 3], stages, dropout: 0, classes: 2 } as const
  const layers = buildNetwork(architecture, 'softmax')
  initialise(layers, 0)
  const model = fromLayersModel(layers, {
    card: { name: 'tiny', labels, input: { size: [side, side], mean: [0.5, 0.5, 0.5] }, output: 'probabilities' },
  })
  const epoch = { rate: 0.1, accuracy: 0.5, validationAccuracy: 0.5 }
  network = {
    model,
    history: [
      { epoch: 1, loss: 2, validationLoss: 1, ...epoch },
      { epoch: 2, loss: 1, validationLoss: 2, ...epoch },
    ],
    test: files.filter(({ path }) => path.includes('_0')),
    validation: files.filter(({ path }) => path.includes('_1')),
  }
})
afterAll(() => rm(folder, { recursive: true }))

const study = (options: Partial<PollenStudyOptions> = {}) =>
  pollenStudy({
    folder: join(folder, 'photographs'),
    out: join(folder, 'report'),
    network,
    grid: { levels: [10, 20], counts: [2, 4] },
    ...options,
  })

describe('the pollen study on two classes of three pictures', () => {
  it('writes the report with every figure, and results without a picture in them', async () => {
    const shares: number[] = []
    const { report, results } = await study({ onProgress: (share) => shares.push(share) })
    const page = await readFile(report, 'utf8')
    for (const title of ['One photograph a class', 'Training', 'Confusion matrix', 'Global saliency', 'Grad-CAM']) {
      expect(page).toContain(title)
    }
    const figures = await readdir(join(folder, 'report', 'figures'))
    const names = figures.filter((file) => file.endsWith('.png')).map((file) => file.slice(0, -4))
    expect(names.sort()).toEqual(
      [
        'samples',
        'training',
        'confusion',
        'noise-and-samples',
        'techniques',
        'smooth-grad-and-saliency',
        'integrated-gradients-and-smooth-grad',
        'path',
        'baseline',
        'grad-cam',
        'global-saliency',
        'linear-weights',
      ].sort(),
    )
    expect(figures).toContain('path.svg')
    const written = await readFile(join(folder, 'report', 'results.json'), 'utf8')
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(results)))
    expect(written.length).toBeLessThan(5000)
    expect(results).toMatchObject({
      training: { epochs: 2, bestEpoch: 1 },
      test: { count: 2 },
      smoothing: { images: 2, levels: [10, 20], counts: [2, 4] },
      integratedGradients: { images: 2 },
      linearModel: { accuracy: 1, trainingImages: 2 },
    })
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })
  it('gives the same results from what was kept as anew, and leaks no tensor', async () => {
    const before = memory().numTensors
    const { results } = await study()
    expect((await study({ out: join(folder, 'again') })).results).toEqual(results)
    expect(memory().numTensors).toBe(before)
  })
  it('makes the asked-for stages alone', async () => {
    const { results, report } = await study({ out: join(folder, 'part'), stages: ['training', 'samples'] })
    expect(await readdir(join(folder, 'part', 'figures'))).toHaveLength(4)
    expect(Object.keys(results)).toContain('training')
    expect(Object.keys(results)).not.toContain('test')
    expect(await readFile(report, 'utf8')).not.toContain('Confusion')
  })
  it('stops when it is aborted, with the code for that', async () => {
    const stop = new AbortController()
    const options = { out: join(folder, 'stopped'), signal: stop.signal, onProgress: () => stop.abort() }
    await expect(study(options)).rejects.toMatchObject({ code: 'aborted' })
  })
  it('refuses a folder without the held-out photographs, with the cure', async () => {
    const path = join(folder, 'photographs')
    await expect(study({ folder: path, network: { ...network, test: [] } })).rejects.toMatchObject({
      code: 'bad-file',
      message: /none of the pictures/,
    })
  })
})
