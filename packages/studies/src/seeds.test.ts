import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSafetensors, rowOf } from '@explainnet/core'
import { decodeImage, useBackend } from '@explainnet/node'
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluateFolder } from './evaluate/folder.ts'
import { loadSeedModel, loadSeedModelPool, seedModel } from './seeds.ts'

const data = process.env['EXPLAINNET_DATA']

describe.skipIf(!data)('the published networks are as good here as their authors found (needs EXPLAINNET_DATA)', () => {
  beforeAll(async () => {
    await useBackend('tensorflow').catch(() => useBackend('wasm'))
  })

  it('MNIST-1D: 877 of the 1000 test signals', async () => {
    const model = await loadSeedModel('mnist1d')
    const { tensors } = readSafetensors(await readFile(join(data!, 'seeds', 'MNIST1D.safetensors')))
    const signals = { shape: [1000, 40, 1], data: tensors['x_test']!.data as Float32Array }
    const outputs = await model.predict({ [model.inputs[0]!.name]: signals }, { space: 'probability' })
    const output = outputs[model.outputs[0]!.name]!
    const right = Array.from(tensors['y_test']!.data).filter((truth, i) => {
      const row = rowOf(output, i)
      return row.indexOf(Math.max(...row)) === Number(truth)
    })
    expect(right.length).toBe(877)
  })

  it.each([
    ['hmt', 'hmt/HMT_test', 414, 496],
    ['tiny-imagenet', 'tinyimagenet/val', 194, 250],
  ] as const)('%s: %s, %i of %i', { timeout: 600_000 }, async (name, folder, right, count) => {
    const report = await evaluateFolder(await loadSeedModel(name), join(data!, folder), { decode: decodeImage })
    expect([report.correct, report.count]).toEqual([right, count])
  })

  it('in workers, too, and again from what the certificate names', async () => {
    const { path, options } = await seedModel('tiny-imagenet')
    const pool = await loadSeedModelPool('tiny-imagenet', { workers: 1 })
    expect(pool.spec).toEqual({ kind: 'keras', source: path, architecture: options.architecture })
    expect(pool.card).toEqual(options.card)
    expect(await pool.fingerprint!()).toBe(await (await loadSeedModel('tiny-imagenet')).fingerprint!())
    await pool.close()
  })
})

it('a network that is not there is said to be missing, with the way to give it', async () => {
  const before = process.env['EXPLAINNET_DATA']
  process.env['EXPLAINNET_DATA'] = '/nowhere'
  await expect(seedModel('hmt')).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringContaining('EXPLAINNET_DATA'),
  })
  if (before === undefined) delete process.env['EXPLAINNET_DATA']
  else process.env['EXPLAINNET_DATA'] = before
})
