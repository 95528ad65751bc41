import { expect, it } from 'vitest'
import { classificationReport } from './report.ts'

it('counts a small confusion matrix as by hand', () => {
  const judged = [
    { truth: 0, probabilities: [0.7, 0.2, 0.1] },
    { truth: 0, probabilities: [0.2, 0.7, 0.1] },
    { truth: 1, probabilities: [0.1, 0.8, 0.1] },
    { truth: 1, probabilities: [0.5, 0.5, 0] },
  ]
  const report = classificationReport(['a', 'b', 'c'], judged)
  expect(report.confusion).toEqual([
    [1, 1, 0],
    [1, 1, 0],
    [0, 0, 0],
  ])
  expect(report).toMatchObject({ accuracy: 0.5, correct: 2, count: 4 })
  expect(report.loss).toBeCloseTo(-Math.log(0.7 * 0.2 * 0.8 * 0.5) / 4, 12)
  expect(report.classes[0]).toEqual({ label: 'a', precision: 0.5, recall: 0.5, f1: 0.5, auc: 0.75, support: 2 })
  // 3 of the 4 pairs of a and another class are in order; so for b.
  expect(report.macro.auc).toBeCloseTo((0.75 + report.classes[1]!.auc!) / 2, 12)
  expect(report.macro).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5 })
  expect(report.classes[2]).toEqual({ label: 'c', precision: null, recall: null, f1: null, auc: null, support: 0 })
})

it('names what cannot be judged', () => {
  expect(() => classificationReport(['a', 'b'], [])).toThrow('There is no example to judge.')
  expect(() => classificationReport(['a', 'b'], [{ truth: 0, probabilities: [1] }])).toThrow(
    '1 probabilities for 2 labels',
  )
  expect(() => classificationReport(['a', 'b'], [{ truth: 2, probabilities: [0, 1] }])).toThrow(
    'Example 0 is of class 2.',
  )
})
