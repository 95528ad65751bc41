import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromPredict, type NDArray, type RawImage } from '@explainnet/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { evaluateFolder } from './folder.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'evaluate-'))
  const files = { 'dark/a.png': '10', 'dark/b.png': '200', 'light/c.png': '250', 'light/broken.png': 'nonsense' }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), content)
  }
})
afterAll(() => rm(root, { recursive: true }))

// A file holds one grey value in words.
const decode = async (bytes: Uint8Array): Promise<RawImage> => {
  const value = Number(new TextDecoder().decode(bytes))
  if (Number.isNaN(value)) throw new Error('no image')
  return { width: 2, height: 2, channels: 3, data: new Uint8Array(12).fill(value) }
}

// Its probability of "light" is the mean brightness.
const brightness = (labels: readonly string[]) =>
  fromPredict(
    ({ shape, data }: NDArray) => {
      const light = Array.from({ length: shape[0]! }, (_, row) => data[12 * row]!)
      return { shape: [light.length, 2], data: Float32Array.from(light.flatMap((p) => [1 - p, p])) }
    },
    { inputs: [null, 2, 2, 3], outputs: [null, 2], output: 'probabilities', card: { labels, input: { size: [2, 2] } } },
  )

it('matches folders with labels by name and reports corrupt files without dying of them', async () => {
  const report = await evaluateFolder(brightness(['dark', 'light']), root, { decode })
  expect(report.corrupt).toEqual([{ path: 'light/broken.png', reason: 'no image' }])
  expect(report).toMatchObject({ correct: 2, count: 3 })
  expect(report.confusion).toEqual([
    [1, 1],
    [0, 1],
  ])
  expect(JSON.parse(JSON.stringify(report)).accuracy).toBeCloseTo(2 / 3, 12)
})

it('names the folders that are no class of the model', async () => {
  await expect(evaluateFolder(brightness(['dark', 'bright']), root, { decode })).rejects.toMatchObject({
    code: 'unknown-label',
    message: expect.stringContaining('no class light'),
  })
})
