import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerGradients } from '@explainnet/gradients'
import { useBackend } from '@explainnet/node'
import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { moleculeTask } from './molecule-task.ts'
import { questionTask } from './question-task.ts'
import { translationTask } from './translation-task.ts'

let folder = ''
beforeAll(async () => {
  await useBackend('wasm')
  registerGradients({ override: true })
  folder = await mkdtemp(join(tmpdir(), 'explainnet-beyond-'))
})
afterAll(() => rm(folder, { recursive: true }))

const sizes = { training: 640, heldOut: 60, explained: 30 }
const mean = (rows: Awaited<ReturnType<typeof questionTask>>['rows'], name: string) =>
  rows.find((row) => row.name === name)!.found.share.mean

it('question classification: integrated gradients find the planted words, far beyond chance; a second run trains nothing', async () => {
  const before = memory().numTensors
  const { accuracy, rows, figures, completeness } = await questionTask({ folder, seed: 1, sizes })
  expect(accuracy.value).toBeGreaterThan(0.9)
  expect(mean(rows, 'Integrated gradients')).toBeGreaterThan(2 * mean(rows, 'Random'))
  expect(Math.max(...completeness!)).toBeLessThan(0.02)
  expect(figures.map(({ file }) => file)).toEqual(['questions', 'question-methods', 'question-shares'])
  expect(memory().numTensors).toBe(before)
  const texts: string[] = []
  const again = await questionTask({ folder, seed: 1, sizes, onProgress: (_, text) => texts.push(text) })
  expect(again.rows).toEqual(rows)
  expect(texts.some((text) => text.startsWith('epoch'))).toBe(false)
  expect(await readdir(folder)).toEqual(['questions_words.safetensors'])
})

it('a molecule-like graph: relevance of atoms and of bonds lies on the planted group', async () => {
  const before = memory().numTensors
  const { accuracy, rows } = await moleculeTask({ folder, seed: 1, sizes: { ...sizes, training: 900 } })
  expect(accuracy.value).toBeGreaterThan(0.8)
  for (const part of ['atoms', 'bonds']) {
    expect(mean(rows, `Integrated gradients, ${part}`)).toBeGreaterThan(2 * mean(rows, `Random, ${part}`))
  }
  expect(memory().numTensors).toBe(before)
})

it('translation: a row of relevance for every output token but the ending', async () => {
  const before = memory().numTensors
  const { figures, rows } = await translationTask({
    folder,
    seed: 1,
    sizes: { training: 64, heldOut: 20, explained: 4 },
  })
  const strip = figures[0]!.figure
  // A sentence with both adjectives: five words, five rows.
  expect(strip.panels.map(({ name }) => name.slice(0, 2))).toEqual(Array(5).fill('→ '))
  expect(rows.map(({ name }) => name)).toEqual([
    'Occlusion',
    'Saliency',
    'Input × gradient',
    'Integrated gradients',
    'Random',
  ])
  expect(memory().numTensors).toBe(before)
})
