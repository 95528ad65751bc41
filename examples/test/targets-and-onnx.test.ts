import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Examples, packPackages, type Tarballs } from './installation.ts'

let tarballs: Tarballs
let examples: Examples
beforeAll(async () => {
  tarballs = await packPackages()
  examples = await tarballs.installExamples('detector', 'segmenter', 'onnx')
})
afterAll(async () => {
  await examples?.remove()
  await tarballs?.remove()
})

// Each exits with 1 where the share is near chance.
describe.each([
  { example: 'detector', lines: 4, pictures: 2 },
  { example: 'segmenter', lines: 4, pictures: 4 },
  { example: 'onnx', lines: 3, pictures: 0 },
])('the example $example, installed as a user would', ({ example, lines, pictures }) => {
  it('finds the true object, and writes what it says it does', async () => {
    const installed = examples.at(example)
    const printed = await installed.print('npm start --silent')
    expect(printed.match(/^.*: \d+ % of the relevance on .*$/gm)).toHaveLength(lines)
    const files = await installed.print(`node -e "console.log(require('fs').readdirSync('.').join(' '))"`)
    expect(files.match(/\S+\.png/g) ?? []).toHaveLength(pictures)
  })
})
