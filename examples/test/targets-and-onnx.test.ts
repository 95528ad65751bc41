import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, packPackages, type Tarballs } from './installation.ts'

let tarballs: Tarballs
beforeAll(async () => {
  tarballs = await packPackages()
})
afterAll(() => tarballs?.remove())

// Each exits with 1 where the share is near chance.
describe.each([
  { example: 'detector', lines: 4, pictures: 2 },
  { example: 'segmenter', lines: 4, pictures: 4 },
  { example: 'onnx', lines: 3, pictures: 0 },
])('the example $example, installed as a user would', ({ example, lines, pictures }) => {
  let installed: Installation
  beforeAll(async () => {
    installed = await tarballs.installExample(example)
  })
  afterAll(() => installed?.remove())

  it('finds the true object, and writes what it says it does', async () => {
    const printed = await installed.print('npm start --silent')
    expect(printed.match(/^.*: \d+ % of the relevance on .*$/gm)).toHaveLength(lines)
    const files = await installed.print(`node -e "console.log(require('fs').readdirSync('.').join(' '))"`)
    expect(files.match(/\S+\.png/g) ?? []).toHaveLength(pictures)
  })
})
