import { describe, expect, it } from 'vitest'
import type { Results } from '../results.ts'
import { goals, verdict } from './numbers.ts'

const figure = (milliseconds: number) => ({ milliseconds, runs: [milliseconds] })
const results = (values: Record<string, unknown>): Results => ({
  backend: 'wasm',
  machines: {},
  entries: Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, { value, command: '', date: '', machine: '' }]),
  ),
})
const find = (from: Results, title: string) => goals(from).find((goal) => goal.title.includes(title))!

describe('the goals', () => {
  it('are all there, and not measured, where nothing was measured', () => {
    expect(goals(results({})).map(verdict)).toEqual(Array.from({ length: 17 }, () => 'not measured'))
  })

  it('divide gradient by forward, for stock too, which may throw', () => {
    const measured = results({
      'networks/hmt/forward/explainnet': figure(100),
      'networks/hmt/gradient/explainnet': figure(250),
      'networks/hmt/forward/stock': figure(100),
      'networks/hmt/gradient/stock': { failure: 'no kernel' },
    })
    expect(find(measured, 'HMT network')).toMatchObject({ value: 2.5, stock: 'throws: no kernel' })
  })

  it('take the median over pictures of the ratio of their medians', () => {
    const picture = (ours: number, theirs: number) => ({
      error: { explainnet: 0.02, captum: 0.01 },
      evaluations: 29,
      equalSteps: 40,
      equalError: 0.01,
      figures: { 'explainnet-default': figure(ours), 'captum-default': figure(theirs) },
    })
    const pictures = [picture(1, 10), picture(2, 10), picture(9, 10)]
    const measured = results({ captum: { pictures, batchSizes: {}, scoreDifference: 0 } })
    expect(find(measured, 'default call')).toMatchObject({ value: 0.2, note: 'map error 2.00 %, Captum’s 1.00 %' })
    expect(find(measured, 'native').value).toBeUndefined()
  })
})

describe('a verdict', () => {
  const goal = { title: '', must: 1.6, aim: 1.9, unit: '×' } as const
  it.each([
    [1.9, true, 'aim met'],
    [1.7, true, 'met'],
    [1.5, true, 'missed'],
    [1.9, false, 'aim met'],
    [2, false, 'missed'],
  ] as const)('of %d is, where more is better (%s), %s', (value, atLeast, expected) => {
    expect(verdict({ ...goal, value, atLeast, ...(atLeast ? {} : { must: 1.95 }) })).toBe(expected)
  })
})
