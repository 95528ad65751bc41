import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareImage, randomStream } from '@explainnet/core'
import { listFolder } from '@explainnet/datasets/folder'
import { registerGradients } from '@explainnet/gradients'
import { decodeImage, loadModel, useBackend, writeImage } from '@explainnet/node'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { epochBatches, plainBatches } from '../batches.ts'
import { train } from '../trainer.ts'
import { hmtNetwork, hmtPreprocessing, hmtRecipe } from './network.ts'
import { turned } from './task.ts'
import { trainHmt } from './train.ts'

const data = process.env['EXPLAINNET_DATA']
/** Small, so that the proof takes seconds. */
const side = 24

beforeAll(async () => {
  await useBackend('wasm')
  registerGradients()
})

/** Two real tiles of every class, small. */
async function sixteenTiles() {
  const root = join(data!, 'hmt/HMT_test')
  const files = await listFolder(root)
  const labels = [...new Set(files.map(({ label }) => label))]
  return Promise.all(
    labels.flatMap((label, index) =>
      files
        .filter((file) => file.label === label)
        .slice(0, 2)
        .map(async ({ path }) => {
          const image = await decodeImage(await readFile(join(root, path)), path)
          return { values: prepareImage(image, hmtPreprocessing(side)).input.data, label: index }
        }),
    ),
  )
}

describe('the histology network', () => {
  it("has the study's 66,088 parameters and shapes", () => {
    const network = hmtNetwork(8, 224, 'softmax')
    expect(network.countParams()).toBe(66_088)
    expect(network.outputs[0]!.shape).toEqual([null, 8])
    expect(network.getLayer('conv4').outputShape).toEqual([null, 112, 112, 64])
    network.dispose()
  })

  it.skipIf(!data)(
    'learns 16 tiles by heart: training works (needs EXPLAINNET_DATA)',
    { timeout: 120_000 },
    async () => {
      const tiles = await sixteenTiles()
      const source = {
        count: tiles.length,
        size: side * side * 3,
        label: (index: number) => tiles[index]!.label,
        write: (index: number, _: unknown, target: Float32Array, offset: number) =>
          target.set(tiles[index]!.values, offset),
      }
      const { network, history, best } = await train({
        network: (final) => hmtNetwork(8, side, final),
        stepsPerEpoch: 1,
        batches: (epoch) => epochBatches(source, 16, 0, epoch),
        validation: plainBatches(tiles),
        recipe: {
          epochs: 150,
          batchSize: 16,
          peakRate: hmtRecipe.peakRate,
          labelSmoothing: 0,
          weightDecay: 0,
          averageDecay: 0.5,
        },
        seed: 0,
        data: 'sixteen tiles',
      })
      expect(history[0]!.accuracy).toBeLessThan(0.5)
      expect(best.validationAccuracy).toBe(1)
      network.dispose()
    },
  )
})

describe('trainHmt', () => {
  it('trains on a folder of class folders and leaves model, card, split and history', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hmt-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    for (const [place, label] of ['01_TUMOR', '02_STROMA'].entries()) {
      for (let i = 0; i < 20; i++) {
        const random = randomStream(place, i)
        const data = Uint8Array.from({ length: 12 * 12 * 3 }, () => random.integer(256))
        await writeImage(join(folder, 'tiles', label, `${i}.png`), { width: 12, height: 12, channels: 3, data })
      }
    }
    const out = join(folder, 'model')
    const report = await trainHmt(join(folder, 'tiles'), {
      decode: decodeImage,
      out,
      side: 8,
      recipe: { epochs: 2, batchSize: 8 },
    })
    expect(report.count).toBe(8)
    expect((await readFile(join(out, 'history.csv'), 'utf8')).trim().split('\n')).toHaveLength(3)
    const { card, inputs } = await loadModel(out)
    expect(card).toMatchObject({ labels: ['01_TUMOR', '02_STROMA'], input: { size: [8, 8] } })
    expect(inputs[0]!.shape).toEqual([null, 8, 8, 3])
  })
})

it('the eight turns of a tile are eight different tiles of the same pixels', () => {
  const pixels = Uint8Array.from({ length: 27 }, (_, i) => 9 * i)
  const turns = Array.from({ length: 8 }, (_, turn) => [...turned(pixels, 3, turn).data])
  expect(new Set(turns.map(String)).size).toBe(8)
  for (const tile of turns) expect([...tile].sort()).toEqual([...turns[0]!].sort())
  expect(turns[0]).toEqual(Array.from(pixels, (value) => Math.fround(value / 255)))
})
