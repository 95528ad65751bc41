import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMethod, Refused } from './index.ts'
import { type Kind, kinds } from './kinds.ts'
import { run } from './program.ts'

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'create-method-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(parent, { recursive: true })
})

const create = (name: string, kind: Kind = 'gradients') => createMethod({ name, kind, parent })

describe('createMethod', () => {
  it.each(Object.keys(kinds) as Kind[])('writes a package that goes by its own name everywhere: %s', async (kind) => {
    const folder = await create('@me/explainnet-window-drop', kind)
    expect(folder).toBe(join(parent, 'explainnet-window-drop'))
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    const texts = new Map<string, string>()
    for (const { parentPath, name } of files) {
      texts.set(join(parentPath, name).slice(folder.length + 1), await readFile(join(parentPath, name), 'utf8'))
    }
    expect([...texts.keys()].sort()).toEqual([
      join('.github', 'workflows', 'test.yml'),
      '.gitignore',
      'LICENSE',
      'README.md',
      'package.json',
      join('src', 'index.ts'),
      join('test', 'window-drop.test.ts'),
      'tsconfig.json',
    ])
    const whole = [...texts.values()].join('\n')
    expect(whole).not.toMatch(/my-?method|What it co|0\.0\.0/i)
    expect(texts.get(join('src', 'index.ts'))).toContain("specOf('@me/explainnet-window-drop', 'windowDrop', options)")
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
    expect(JSON.parse(texts.get('package.json')!)).toMatchObject({
      name: '@me/explainnet-window-drop',
      keywords: expect.arrayContaining(['explainnet-method']),
      peerDependencies: { '@explainnet/core': `^${version}` },
    })
  })

  it('writes into an empty folder, never into one that has something in it, nor over a file', async () => {
    await mkdir(join(parent, 'empty'))
    await create('empty')
    await mkdir(join(parent, 'full'))
    await writeFile(join(parent, 'full', 'mine.txt'), 'mine')
    await expect(create('full')).rejects.toThrow(/full is not empty/)
    expect(await readdir(join(parent, 'full'))).toEqual(['mine.txt'])
    await writeFile(join(parent, 'a-file'), 'mine')
    await expect(create('a-file')).rejects.toThrow(/is a file/)
  })

  it.each([
    'Window-Drop',
    'window drop',
    '../window-drop',
    '@me/',
    '.hidden',
    'node_modules',
    'window_drop',
    'explainnet-',
    '7-windows',
    'http',
    'delete',
    'spec-of',
    'task',
    '',
  ])("refuses the name '%s' and writes nothing", async (name) => {
    await expect(create(name)).rejects.toBeInstanceOf(Refused)
    expect(await readdir(parent)).toEqual([])
  })
})

describe('the command', () => {
  const said = async (...words: string[]) => {
    const out = vi.spyOn(console, 'log').mockImplementation(() => {})
    const err = vi.spyOn(console, 'error').mockImplementation(() => {})
    const code = await run(words)
    return { code, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  }

  it('prints its help', async () => {
    expect(await said('--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Usage: npm create(.|\n)*layers/),
    })
  })

  it.each([
    ['an unknown option', ['--sort', 'layers'], /Unknown option '--sort'/],
    ['two names', ['one', 'two'], /not 'one two'/],
    ['an unknown kind', ['window-drop', '--kind', 'toString'], /There is no kind 'toString'/],
    ['a bad name', ['Window', '--kind', 'layers'], /no name for a package/],
  ])('ends with 2 for %s', async (_, words, message) => {
    expect(await said(...words)).toMatchObject({ code: 2, err: expect.stringMatching(message) })
  })

  it('says what to give where there is no terminal to ask on', async () => {
    vi.spyOn(process, 'stdin', 'get').mockReturnValue({ isTTY: false } as never)
    expect(await said()).toMatchObject({ code: 2, err: expect.stringContaining('Give a name') })
    expect(await said('window-drop')).toMatchObject({ code: 2, err: expect.stringContaining('Give --kind') })
  })
})
