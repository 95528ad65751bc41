import { fromPredict, type NDArray } from '@explainnet/core'
import { pollenSimClasses } from '@explainnet/datasets'
import { loadModel, useBackend } from '@explainnet/node'
import { expect, it } from 'vitest'
import { pollenSimModelPath } from '../../models.ts'
import { checkPollenSim } from './check.ts'
import { pollenSimPreprocessing } from './network.ts'

it('finds that the committed network follows the trait', async () => {
  await useBackend('wasm')
  const check = await checkPollenSim(await loadModel(pollenSimModelPath), { pictures: 20, pairs: 20, seed: 3 })
  expect(check.test.share).toBeGreaterThanOrEqual(0.9)
  expect(check.flips.share).toBeGreaterThanOrEqual(0.85)
  expect(check.costOfErasing).toBeLessThanOrEqual(5)
  expect(check.traitErased).toMatchObject({ count: 18 })
  expect(check.traitErased.share).toBeLessThan(0.4)
})

it('finds that a network with one answer follows nothing', async () => {
  const stubborn = fromPredict(
    ({ shape }: NDArray) => {
      const rows = shape[0]!
      const data = Float32Array.from({ length: 10 * rows }, (_, i) => (i % 10 === 3 ? 1 : 0))
      return { shape: [rows, 10], data }
    },
    {
      inputs: [null, 128, 128, 3],
      outputs: [null, 10],
      output: 'probabilities',
      card: { labels: pollenSimClasses, input: pollenSimPreprocessing },
    },
  )
  const check = await checkPollenSim(stubborn, { pictures: 10, pairs: 10 })
  expect(check.test.share).toBe(0.1)
  expect(check.flips.share).toBe(0)
  expect(check.costOfErasing).toBe(0)
})
