import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromLayersModel, type LayeredModel, type RawImage, randomStream } from '@explainnet/core'
import { useBackend } from '@explainnet/node'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildNetwork, initialise } from '../train/network.ts'
import { imagenetPhotoStudy } from './study.ts'
import { otherOrder, scaledAgain } from './wrong-pixels.ts'

const side = 16
let out: string
let model: LayeredModel
beforeAll(async () => {
  await useBackend('wasm')
  out = await mkdtemp(join(tmpdir(), 'photo-'))
  const layers = buildNetwork(
    { name: 'small', inputShape: [side, side, 3], stages: [{ width: 4 }, { width: 6 }], dropout: 0, classes: 3 },
    'softmax',
  )
  initialise(layers, 0)
  model = fromLayersModel(layers, {
    card: { name: 'small', labels: ['boat', 'bridge', 'bird'], input: { size: [side, side], mean: [0.5, 0.5, 0.5] } },
  })
})
afterAll(() => rm(out, { recursive: true }))

const random = randomStream(1)
const image: RawImage = {
  width: 20,
  height: 18,
  channels: 3,
  data: Uint8Array.from({ length: 20 * 18 * 3 }, () => random.integer(256)),
}

describe('the photograph study', () => {
  it('writes its figures and the axioms for a network of three classes, and leaks no tensor', async () => {
    const before = memory().numTensors
    const shares: number[] = []
    const { report, results } = await imagenetPhotoStudy({
      model,
      image,
      name: 'noise',
      out,
      onProgress: (share) => shares.push(share),
    })
    expect((await readdir(join(out, 'figures'))).filter((file) => file.endsWith('.png')).sort()).toEqual([
      'baseline.png',
      'gradient-and-integrated-gradients.png',
      'gradients.png',
      'path.png',
    ])
    expect(results['top']).toHaveLength(3)
    const { axioms } = results as unknown as { axioms: Record<string, { passed: boolean }[]> }
    expect(axioms['integrated gradients']!.map(({ passed }) => passed)).toEqual(Array(6).fill(true))
    expect(results['wrongPixels']).toHaveLength(4)
    expect(results['wrongPixels']).toMatchObject([{ pixels: 'as the card says', spearman: 1 }, {}, {}, {}])
    const page = await readFile(report, 'utf8')
    for (const title of ['The path to noise', 'The gradient along the path', 'implementation invariance']) {
      expect(page).toContain(title)
    }
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(memory().numTensors).toBe(before)
  })
})

describe('wrong pixels', () => {
  const input = { shape: [1, 1, 2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }
  it('exchange red and blue', () => {
    expect([...otherOrder(input).data]).toEqual([3, 2, 1, 6, 5, 4])
  })
  it('are normalised again by mean and deviation, or where there are none scaled again', () => {
    const mean = [1, 2, 3]
    expect([...scaledAgain(input, { mean, std: [2, 2, 2] }).data]).toEqual([0, 0, 0, 1.5, 1.5, 1.5])
    expect([...scaledAgain(input, { range: [-1, 1] }).data]).toEqual(
      [...input.data].map((value) => Math.fround(-1 + (2 * value) / 255)),
    )
  })
})
