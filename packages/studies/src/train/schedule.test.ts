import { expect, it } from 'vitest'
import { averageDecay, learningRate, resolveRecipe } from './schedule.ts'

const recipe = resolveRecipe({ epochs: 10, batchSize: 32, peakRate: 0.2 })

it('raises the rate linearly over a twentieth of the steps, then lowers it by a cosine to a hundredth', () => {
  const steps = 1000
  expect(learningRate(0, steps, recipe)).toBe(0)
  expect(learningRate(25, steps, recipe)).toBeCloseTo(0.1, 12)
  expect(learningRate(50, steps, recipe)).toBeCloseTo(0.2, 12)
  expect(learningRate(525, steps, recipe)).toBeCloseTo(0.2 * (0.01 + 0.99 / 2), 12)
  expect(learningRate(1000, steps, recipe)).toBeCloseTo(0.002, 12)
})

it('lets the average forget the initial weights', () => {
  expect([0, 1, 10].map((step) => averageDecay(step, recipe))).toEqual([0.1, 2 / 11, 0.55])
  expect(averageDecay(1e6, recipe)).toBe(0.98)
})
