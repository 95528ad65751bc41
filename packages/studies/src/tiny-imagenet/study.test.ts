import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromLayersModel, type LayeredModel } from '@explainnet/core'
import { decodeImage, loadModel, useBackend } from '@explainnet/node'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinyImageNet } from '../../test/tiny-imagenet-folder.ts'
import { evaluateFolder } from '../evaluate/folder.ts'
import { tinyImageNetModelPath } from '../models.ts'
import { buildNetwork, initialise } from '../train/network.ts'
import { tinyImageNetClasses } from '../train/tiny-imagenet/classes.ts'
import { tinyImageNetTestFiles } from '../train/tiny-imagenet/test-files.ts'
import { tableMethods } from './drop-increase.ts'
import { tinyImageNetStudy } from './study.ts'

const side = 24
const data = process.env['EXPLAINNET_DATA']

let folder: string
let own: LayeredModel
let published: LayeredModel
beforeAll(async () => {
  await useBackend('wasm')
  folder = await mkdtemp(join(tmpdir(), 'tiny-study-'))
  await writeTinyImageNet(join(folder, 'data'), { val: 2, train: 0 }, side)
  await writeFile(join(folder, 'data', 'val', 'n01443537', 'val_9.JPEG'), 'no picture')
  const network = (seed: number, labels: readonly string[], range: readonly [number, number]) => {
    const layers = buildNetwork(
      {
        name: 'small',
        inputShape: [side, side, 3],
        stages: [{ width: 4 }, 'pool', { width: 6 }],
        dropout: 0,
        classes: 5,
      },
      'softmax',
    )
    initialise(layers, seed)
    return fromLayersModel(layers, { card: { labels, input: { size: [side, side], range } } })
  }
  own = network(
    0,
    tinyImageNetClasses.map(({ name }) => name),
    [0, 1],
  )
  published = network(
    1,
    tinyImageNetClasses.map(({ wnid }) => wnid),
    [0, 255],
  )
})
afterAll(() => rm(folder, { recursive: true }))

const epoch = { rate: 0.1, accuracy: 0.5, validationAccuracy: 0.5 }
const study = (out: string, both: boolean, root = join(folder, 'data')) =>
  tinyImageNetStudy({
    folder: root,
    out: join(folder, out),
    published: both ? published : undefined,
    own: {
      network: { model: own, key: 'ours', title: 'our network', names: true },
      history: [{ epoch: 1, loss: 2, validationLoss: 1, ...epoch }],
    },
    methods: tableMethods().slice(0, 3),
  })

describe('the Tiny ImageNet study on ten pictures', () => {
  it('writes every figure and table, lists the picture that cannot be read, and leaks no tensor', async () => {
    const before = memory().numTensors
    const { report, results } = await study('both', true)
    const figures = (await readdir(join(folder, 'both', 'figures'))).filter((file) => file.endsWith('.png'))
    const each = ['confusion', 'grad-cam', 'grad-cam-plus-plus', 'integrated-gradients', 'saliency']
    expect(figures.sort()).toEqual(
      ['training', 'wrong-scaling', ...['ours', 'published'].flatMap((key) => each.map((name) => `${key}-${name}`))]
        .map((name) => `${name}.png`)
        .sort(),
    )
    const page = await readFile(report, 'utf8')
    expect(page).toContain('val/n01443537/val_9.JPEG could not be read')
    expect(results).toMatchObject({
      ours: { count: 10 },
      published: { count: 10 },
      picture: { truth: 'goldfish', predictions: [{ network: 'our network' }, { network: 'the published network' }] },
      wrongScaling: { images: 1, right: { count: 10 }, wrong: { count: 10 } },
      dropIncrease: { frac: 0.9, rows: [{ examples: 10 }, { examples: 10 }, { examples: 10 }] },
    })
    expect(memory().numTensors).toBe(before)
  })
  it('does without the published network', async () => {
    const { results } = await study('alone', false)
    expect(results['published']).toBeUndefined()
    expect(results['wrongScaling']).toBeUndefined()
  })
  it('refuses a folder without val', async () => {
    await expect(study('none', false, join(folder, 'none'))).rejects.toMatchObject({
      code: 'bad-file',
    })
  })
})

it.skipIf(!data)('the committed network is as accurate on val as its card says (needs EXPLAINNET_DATA)', async () => {
  const root = join(data!, 'tinyimagenet')
  const model = await loadModel(tinyImageNetModelPath)
  const files = await tinyImageNetTestFiles(root, { names: true })
  const { correct, count, accuracy } = await evaluateFolder(model, root, { decode: decodeImage, files })
  expect({ correct, count }).toEqual({ correct: 211, count: 250 })
  expect(model.card!.metrics!['test']).toMatchObject({ correct, count, accuracy })
})
