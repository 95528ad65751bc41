import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mnist1d, readMnist1d } from '@explainnet/datasets'
import { writeImage } from '@explainnet/node'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { run } from './program.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-cli-datasets-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

async function datasets(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += text
    return true
  })
  return { code: await run(['node', 'explainnet', 'datasets', ...args]), ...printed }
}

const picture = { width: 2, height: 2, channels: 3, data: new Uint8Array(12) } as const

it('generates MNIST-1D with figures, and converts it', async () => {
  expect((await datasets('mnist1d', folder, '--samples', '100', '--seed', '7')).code).toBe(0)
  const generated = await readMnist1d(await readFile(join(folder, 'mnist1d.safetensors')))
  expect(generated.train.signals).toEqual(mnist1d({ numSamples: 100, seed: 7 }).train.signals)
  expect(await readdir(folder)).toEqual(expect.arrayContaining(['samples.png', 'steps.png']))
  const source = join(folder, 'mnist1d.safetensors')
  for (const format of ['csv', 'json']) {
    expect((await datasets('mnist1d', folder, '--from', source, '--format', format)).code).toBe(0)
  }
  const csv = (await readFile(join(folder, 'mnist1d.csv'), 'utf8')).trim().split('\n')
  expect(csv).toHaveLength(101)
  expect(csv[81]!.split(',').slice(0, 2)).toEqual(['test', String(generated.test.labels[0])])
  expect(JSON.parse(await readFile(join(folder, 'mnist1d.json'), 'utf8')).test.signals).toHaveLength(20)
})

it('lists classes, and at the end what cannot be read', async () => {
  for (const name of ['a', 'b']) await mkdir(join(folder, name))
  await writeImage(join(folder, 'a/1.png'), picture)
  await writeImage(join(folder, 'b/1.png'), picture)
  await writeFile(join(folder, 'b/2.png'), 'no picture')
  const { code, out, err } = await datasets('list', folder, '--check')
  expect(code).toBe(1)
  expect(out).toMatch(/a +1\nb +2\n\n3 in all/)
  expect(err).toMatch(/cannot be read: b\/2\.png \(/)
  const chosen = await datasets('list', folder, '--classes', 'a', '--json')
  expect(JSON.parse(chosen.out)).toEqual({ classes: [{ label: 'a', images: 1 }], images: 1 })
  expect((await datasets('list', folder, '--classes', 'c')).err).toMatch(/no images of c\. It has a, b\./)
})

it("reorganises Tiny ImageNet's validation folder, first as a dry run", async () => {
  await mkdir(join(folder, 'val/images'), { recursive: true })
  await writeImage(join(folder, 'val/images/val_0.png'), picture)
  await writeFile(join(folder, 'val/val_annotations.txt'), 'val_0.png\tn01\t0\t0\t1\t1\n')
  await writeFile(join(folder, 'words.txt'), 'n01\tgoldfish\n')
  const val = join(folder, 'val')
  expect((await datasets('tiny-imagenet', val, '--move', '--dry-run')).err).toMatch(/1 would be moved, 0 were there/)
  expect((await datasets('tiny-imagenet', val, '--move')).err).toMatch(/1 moved, 0 were there/)
  expect(await readdir(join(val, 'n01'))).toEqual(['val_0.png'])
  expect((await datasets('list', folder, '--side', 'val', '--classes', 'goldfish')).out).toMatch(/n01 +1 +goldfish/)
})
