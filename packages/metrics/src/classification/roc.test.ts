import { randomStream } from '@explainnet/core'
import { expect, it } from 'vitest'
import { rocCurve } from './roc.ts'

const kinds = [true, true, false, false]

it('has area 1 for a score that tells all apart, 0 for the reverse, and a half for one that tells nothing', () => {
  const steps = [
    [0, 0],
    [0, 0.5],
    [0, 1],
    [0.5, 1],
    [1, 1],
  ]
  expect(rocCurve([4, 3, 2, 1], kinds)).toEqual({ points: steps, auc: 1 })
  expect(rocCurve([1, 2, 3, 4], kinds)!.auc).toBe(0)
  const [first, last] = [steps[0], steps[4]]
  expect(rocCurve([7, 7, 7, 7], kinds)).toEqual({ points: [first, last], auc: 0.5 })
})

it('is the share of pairs in which the positive scores over the negative, ties counting half', () => {
  const random = randomStream(8)
  const scores = Array.from({ length: 200 }, () => random.integer(20))
  const positive = scores.map((score) => random.integer(20) < score)
  let [wins, pairs] = [0, 0]
  for (const [i, a] of scores.entries()) {
    for (const [j, b] of scores.entries()) {
      if (!positive[i] || positive[j]) continue
      pairs++
      wins += a > b ? 1 : a === b ? 0.5 : 0
    }
  }
  expect(rocCurve(scores, positive)!.auc).toBeCloseTo(wins / pairs, 12)
})

it('says nothing where one kind is missing, and refuses what does not fit', () => {
  expect(rocCurve([1, 2], [true, true])).toBeUndefined()
  expect(() => rocCurve([1], [true, false])).toThrow('1 scores for 2 examples')
  expect(() => rocCurve([1, Number.NaN], [true, false])).toThrow('not finite')
})
