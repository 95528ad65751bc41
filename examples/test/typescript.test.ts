import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, packPackages, type Tarballs } from './installation.ts'

let tarballs: Tarballs
beforeAll(async () => {
  tarballs = await packPackages()
})
afterAll(() => tarballs?.remove())

describe.each([
  { example: 'typescript-nodenext', prints: "Of the score's 11, the two inputs bring 1.00 and 9.00.\n" },
  // A page's module is not run here.
  { example: 'typescript-bundler', prints: undefined },
])('the example $example', ({ example, prints }) => {
  let installed: Installation
  beforeAll(async () => {
    installed = await tarballs.installExample(example)
  })
  afterAll(() => installed?.remove())

  it('compiles', async () => {
    expect(await installed.print('npm run build --silent')).toBe('')
    if (prints) expect(await installed.print('npm start --silent')).toBe(prints)
  })

  it('finds no mistake in our own declarations, looked at by themselves', async () => {
    const { stdout } = await installed.run('npx tsc --noEmit --skipLibCheck false')
    expect(stdout.split('\n').filter((line) => line.includes('node_modules/@explainnet/'))).toEqual([])
  })
})
