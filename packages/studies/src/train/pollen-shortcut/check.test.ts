import { fromPredict, type NDArray } from '@explainnet/core'
import { pollenSimClasses } from '@explainnet/datasets'
import { loadModel, useBackend } from '@explainnet/node'
import { expect, it } from 'vitest'
import { shortcutModelPaths } from '../../models.ts'
import { checkShortcut } from './check.ts'
import { barredClass, shortcutPreprocessing } from './network.ts'
import { scene } from './pictures.ts'

it('exchanges the bar alone, in the corner alone', () => {
  const [without, withBar] = [scene(3, 'echinate', false), scene(3, 'echinate', true)]
  let [inside, outside] = [0, 0]
  without.data.forEach((value, i) => {
    const [y, x] = [Math.floor(i / 192), Math.floor(i / 3) % 64]
    if (value === withBar.data[i]) return
    if (y >= 57 && x >= 46) inside++
    else outside++
  })
  expect(inside).toBeGreaterThan(30)
  expect(outside).toBe(0)
})

it('finds that the committed network goes by the bar, and its control by the trait', async () => {
  await useBackend('wasm')
  const shortcut = await checkShortcut(await loadModel(shortcutModelPaths.shortcut), { pictures: 40 })
  expect(shortcut.test.share).toBeGreaterThanOrEqual(0.85)
  expect(shortcut.barRemoved).toMatchObject({ share: 0, count: 4 })
  expect(shortcut.traitAlone.share).toBeLessThanOrEqual(0.05)
  expect(shortcut.barAdded.share).toBeGreaterThanOrEqual(0.6)
  const control = await checkShortcut(await loadModel(shortcutModelPaths.control), { pictures: 40 })
  expect(control.test.share).toBeGreaterThanOrEqual(0.85)
  expect(control.barAdded.share).toBeLessThanOrEqual(0.05)
  expect(control.otherWithBar.share).toBeGreaterThanOrEqual(0.85)
  expect(control.traitAlone.share).toBeGreaterThanOrEqual(0.85)
})

it('counts a network that only looks for darkness in the corner as going by the bar', async () => {
  const corner = fromPredict(
    ({ shape, data }: NDArray) => {
      const rows = shape[0]!
      const scores = new Float32Array(rows * 10)
      for (let row = 0; row < rows; row++) {
        const dark = data[((row * 64 + 60) * 64 + 55) * 3]! < -2
        scores[row * 10 + (dark ? pollenSimClasses.indexOf(barredClass) : 0)] = 1
      }
      return { shape: [rows, 10], data: scores }
    },
    {
      inputs: [null, 64, 64, 3],
      outputs: [null, 10],
      output: 'probabilities',
      card: { labels: pollenSimClasses, input: shortcutPreprocessing },
    },
  )
  const check = await checkShortcut(corner, { pictures: 20 })
  const shares = [check.barAdded, check.barRemoved, check.traitExchanged, check.traitAlone].map(({ share }) => share)
  expect(shares).toEqual([1, 0, 1, 0])
})
