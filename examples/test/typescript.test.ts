import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Examples, packPackages, type Tarballs } from './installation.ts'

let tarballs: Tarballs
let examples: Examples
beforeAll(async () => {
  tarballs = await packPackages()
  examples = await tarballs.installExamples('typescript-nodenext', 'typescript-bundler')
})
afterAll(async () => {
  await examples?.remove()
  await tarballs?.remove()
})

describe.each([
  { example: 'typescript-nodenext', prints: "Of the score's 11, the two inputs bring 1.00 and 9.00.\n" },
  // A page's module is not run here.
  { example: 'typescript-bundler', prints: undefined },
])('the example $example', ({ example, prints }) => {
  it('compiles', async () => {
    expect(await examples.at(example).print('npm run build --silent')).toBe('')
    if (prints) expect(await examples.at(example).print('npm start --silent')).toBe(prints)
  })

  it('finds no mistake in our own declarations, looked at by themselves', async () => {
    const { stdout } = await examples.at(example).run('npx tsc --noEmit --skipLibCheck false')
    expect(stdout.split('\n').filter((line) => line.includes('node_modules/@explainnet/'))).toEqual([])
  })
})
