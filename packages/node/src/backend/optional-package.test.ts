import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importOptional } from './optional-package.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explainnet-optional-'))
})
afterAll(() => rm(folder, { recursive: true }))

const ask = (name: string) => importOptional<{ answer: number }>(name, 'npm install it', 'Build its native part.')
async function module(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return pathToFileURL(join(folder, name)).href
}

it('a package that is there is imported', async () => {
  expect((await ask(await module('good.mjs', 'export const answer = 42'))).answer).toBe(42)
})
it('one that is not installed is an error with the command that installs it', async () => {
  await expect(ask('a-package-that-nobody-installed')).rejects.toMatchObject({
    code: 'backend-missing',
    message: 'a-package-that-nobody-installed is not installed. To use it: npm install it.',
  })
})
it('one that is there and fails says why, in one line, and how to repair it', async () => {
  const name = await module('bad.mjs', "throw new Error('The native addon is missing.\\nat /somewhere')")
  await expect(ask(name)).rejects.toMatchObject({
    code: 'backend-missing',
    message: `${name} does not load (The native addon is missing.). Build its native part.`,
  })
})
it('one that lacks a package of its own is not called missing', async () => {
  const name = await module('half.mjs', "import 'a-package-that-nobody-installed'")
  await expect(ask(name)).rejects.toMatchObject({ message: expect.stringContaining('does not load') })
})
