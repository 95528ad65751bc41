import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readAttribution, writeAttribution } from './attribution-file.ts'
import { writeFileAtomic } from './file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-file-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('a file is written with its folders and replaces the one before', async () => {
  const path = join(folder, 'a', 'b', 'x.txt')
  await writeFileAtomic(path, 'one')
  await writeFileAtomic(path, 'two')
  expect(await readFile(path, 'utf8')).toBe('two')
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['x.txt'])
})
it('a failed write leaves nothing behind and says what to do', async () => {
  await mkdir(join(folder, 'taken'))
  await writeFile(join(folder, 'taken', 'inside'), '')
  await expect(writeFileAtomic(join(folder, 'taken'), 'x')).rejects.toMatchObject({
    code: 'unwritable',
    cure: 'Name a folder that you may write to.',
  })
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
})
it.each(['json', 'safetensors'])('an attribution survives a .%s file, inputs included', async (ending) => {
  const path = join(folder, `map.${ending}`)
  const map = { shape: [1, 2], data: Float32Array.of(0.1, -3), axes: ['batch', 'feature'], domain: 'input' } as const
  const attribution = { maps: { x: map }, extras: {}, certificate: { seed: 7 } } as never
  await writeAttribution(path, attribution, { x: { shape: [1, 2], data: Float32Array.of(5, 6) } })
  const back = await readAttribution(path)
  expect(back.attribution.values).toEqual(map.data)
  expect(back.attribution.certificate.seed).toBe(7)
  expect(back.inputs?.['x']?.data).toEqual(Float32Array.of(5, 6))
})
it.each([
  ['gone.json', undefined, /gone\.json does not exist/],
  ['half.json', '{"explainnet"', /half\.json is not an attribution/],
  ['half.safetensors', 'xx', /half\.safetensors is not an attribution/],
  ['x.npy', '', /Give it the ending/],
])('%s is refused by name', async (name, content, message) => {
  const path = join(folder, name)
  if (content !== undefined) await writeFile(path, content)
  await expect(readAttribution(path)).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringMatching(message),
  })
})
