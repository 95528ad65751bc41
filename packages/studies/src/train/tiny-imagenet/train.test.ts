import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomStream } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { decodeImage, useBackend } from '@explainnet/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeTinyImageNet } from '../../../test/tiny-imagenet-folder.ts'
import { sha256 } from '../../study/kept.ts'
import { augmentPhoto } from './augment.ts'
import { type TrainTinyImageNetOptions, trainTinyImageNet } from './train.ts'

let folder: string
beforeAll(async () => {
  await useBackend('wasm')
  registerGradients({ override: true })
  folder = await mkdtemp(join(tmpdir(), 'tiny-'))
  await writeTinyImageNet(join(folder, 'data'), { train: 10, val: 1 })
})
afterAll(() => rm(folder, { recursive: true }))

const run = (name: string, options: Partial<TrainTinyImageNetOptions> = {}) =>
  trainTinyImageNet(join(folder, 'data'), {
    decode: decodeImage,
    out: join(folder, name),
    recipe: { epochs: 2, batchSize: 15 },
    ...options,
  })

/** Hashes of everything written but the topology, in which tfjs counts up the name of the input. */
async function hashesOf(name: string): Promise<Record<string, string>> {
  const names = (await readdir(join(folder, name))).filter((file) => file !== 'model.json')
  const contents = await Promise.all(names.map((file) => readFile(join(folder, name, file))))
  return Object.fromEntries(names.map((file, i) => [file, sha256(contents[i]!)]))
}

describe('trainTinyImageNet', () => {
  it('writes the very same model when it is stopped and continued', async () => {
    const report = await run('whole')
    expect(report).toMatchObject({ count: 5, corrupt: [] })
    const stop = new AbortController()
    const state = join(folder, 'state')
    const stopped = run('parts', { folder: state, signal: stop.signal, onEpoch: () => stop.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
    await run('parts', { folder: state })
    expect(await hashesOf('parts')).toEqual(await hashesOf('whole'))
    const card = JSON.parse(await readFile(join(folder, 'whole', 'card.json'), 'utf8'))
    expect(card.labels).toEqual(['goldfish', 'salamander', 'tailed frog', 'scorpion', 'goose'])
    expect(card.metrics).toMatchObject({ test: { count: 5 }, training: { images: 45, epochs: 2 } })
  })
})

describe('augmentPhoto', () => {
  const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => i % 251)
  const view = (seed: number) => augmentPhoto({ pixels, size: 64, fill: [9, 9, 9] }, randomStream(seed)).data
  it('stays between 0 and 1, is the same for the same stream, and another for another', () => {
    expect(view(1)).toEqual(view(1))
    expect(view(1)).not.toEqual(view(2))
    for (const seed of [1, 2, 3, 4]) expect(view(seed).every((value) => value >= 0 && value <= 1)).toBe(true)
  })
})
