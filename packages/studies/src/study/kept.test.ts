import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { kept, keptEach } from './kept.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-'))
})
afterEach(() => rm(folder, { recursive: true }))

const items = ['a', 'b', 'c']
const run = async (from: unknown, fail?: string) => {
  const computed: string[] = []
  const results = keptEach(
    { folder, name: 'stage', from },
    items,
    (item) => item,
    async (item) => {
      if (item === fail) throw new Error('stopped')
      computed.push(item)
      return item.toUpperCase()
    },
  )
  return { results: await results.catch(() => undefined), computed }
}

describe('a stage that is kept', () => {
  it('is computed once', async () => {
    expect(await run(1)).toEqual({ results: ['A', 'B', 'C'], computed: items })
    expect(await run(1)).toEqual({ results: ['A', 'B', 'C'], computed: [] })
  })
  it('goes on where it was stopped', async () => {
    expect((await run(1, 'c')).computed).toEqual(['a', 'b'])
    expect(await run(1)).toEqual({ results: ['A', 'B', 'C'], computed: ['c'] })
  })
  it('is computed again when what it depends on has changed', async () => {
    await run({ model: 'x' })
    expect((await run({ model: 'y' })).computed).toEqual(items)
  })
  it('takes a damaged file for none', async () => {
    for (const damage of ['{"key":"', 'null', '[]', '7', '{"key":1,"values":null}', '']) {
      await writeFile(join(folder, 'stage.json'), damage)
      expect((await run(1)).results).toEqual(['A', 'B', 'C'])
    }
    const whole = await readFile(join(folder, 'stage.json'), 'utf8')
    await writeFile(join(folder, 'stage.json'), whole.slice(0, -5))
    expect((await run(1)).computed).toEqual(items)
  })
  it('is refused where nothing can be written, with the cure', async () => {
    const keeping = { folder: join(folder, 'file', 'below'), name: 'stage', from: 1 }
    await writeFile(join(folder, 'file'), '')
    await expect(kept(keeping, async () => 1)).rejects.toMatchObject({ code: 'unwritable' })
  })
})
