import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RawImage, randomStream } from '@explainnet/core'
import type { SplitEntry } from '@explainnet/datasets/folder'
import { registerGradients } from '@explainnet/gradients'
import { useBackend } from '@explainnet/node'
import { beforeAll, expect, it } from 'vitest'
import { linearTask, linearWeightMaps } from './linear.ts'
import { train } from './trainer.ts'

beforeAll(async () => {
  await useBackend('wasm')
  registerGradients()
})

// A file holds a number; class 0 is brighter on the left, class 1 on the right.
const decode = async (bytes: Uint8Array): Promise<RawImage> => {
  const number = Number(new TextDecoder().decode(bytes))
  const random = randomStream(5, number)
  const data = Uint8Array.from({ length: 4 * 4 * 3 }, (_, k) => {
    const left = Math.floor(k / 3) % 4 < 2
    return 60 + random.integer(80) + (left === (number % 2 === 0) ? 80 : 0)
  })
  return { width: 4, height: 4, channels: 3, data }
}

it('learns which side is brighter, and shows it in the weight maps', async () => {
  const root = await mkdtemp(join(tmpdir(), 'linear-'))
  const entries: SplitEntry[] = Array.from({ length: 60 }, (_, i) => ({
    path: `${i}.png`,
    label: i % 2 === 0 ? 'left' : 'right',
    sha256: String(i),
  }))
  await Promise.all(entries.map(({ path, sha256 }) => writeFile(join(root, path), sha256)))
  const split = { labels: ['left', 'right'], train: entries.slice(0, 40), validation: entries.slice(40) }
  const preprocessing = { size: [4, 4], mean: [0.5, 0.5, 0.5] } as const
  const task = await linearTask(root, split, { decode, preprocessing, recipe: { epochs: 30, peakRate: 0.1 } })
  const { network, best } = await train(task)
  expect(best.validationAccuracy).toBe(1)
  const { classes, mean } = await linearWeightMaps(network)
  expect(classes.shape).toEqual([2, 4, 4, 3])
  expect(mean.shape).toEqual([4, 4, 3])
  const half = (label: number, left: boolean) => {
    const row = classes.data.subarray(label * 48, (label + 1) * 48)
    return row.reduce((sum, weight, k) => (Math.floor(k / 3) % 4 < 2 === left ? sum + weight : sum), 0)
  }
  expect(half(0, true)).toBeGreaterThan(half(0, false))
  expect(half(1, false)).toBeGreaterThan(half(1, true))
  expect(mean.data[5]).toBeCloseTo((Math.abs(classes.data[5]!) + Math.abs(classes.data[53]!)) / 2, 6)
  network.dispose()
  await rm(root, { recursive: true })
})
