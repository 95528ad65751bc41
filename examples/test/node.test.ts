import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, packPackages, type Tarballs } from './installation.ts'

let tarballs: Tarballs
beforeAll(async () => {
  tarballs = await packPackages()
})
afterAll(() => tarballs?.remove())

describe.each([
  {
    example: 'node-esm',
    prints: `Predicted: class 1, logit 1, on wasm:\n${'....####\n'.repeat(4)}${'........\n'.repeat(4)}`,
  },
  { example: 'node-require', prints: 'The score changes by 2 a unit of a, by -3 a unit of b.\n' },
])('the example $example', ({ example, prints }) => {
  let installed: Installation
  beforeAll(async () => {
    installed = await tarballs.installExample(example)
  })
  afterAll(() => installed?.remove())

  it('needs nothing that its package.json does not name, and prints the map', async () => {
    expect(await installed.print('npm start --silent')).toBe(prints)
  })
})
