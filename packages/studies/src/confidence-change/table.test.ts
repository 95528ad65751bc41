import { saliency } from '@explainnet/saliency'
import { expect, it } from 'vitest'
import { summarise } from './summary.ts'
import { changesTable } from './table.ts'

const cost = { kept: 0.9, forward: 1, backward: 1, milliseconds: 500 }
const method = { name: 'rise', title: 'RISE', method: saliency() }
const row = summarise(method, [
  { before: 0.8, masked: 0.4, weighed: 0.8, ...cost },
  { before: 0.5, masked: 0.6, weighed: 0.1, ...cost },
])

it('drop is the mean relative loss, a gain counting 0, and increase the share of gains', () => {
  expect(row.masked.drop).toMatchObject({ mean: 0.25, n: 2 })
  expect(row.masked.increase.mean).toBe(0.5)
  expect(row.weighed.drop.mean).toBeCloseTo(0.4, 12)
  // As likely before as after is no increase.
  expect(row.weighed.increase.mean).toBe(0)
})

it('the table has our figures, how many examples they rest on, and the published ones beside them', () => {
  const worse = {
    ...row,
    name: 'lime',
    title: 'LIME',
    masked: { ...row.masked, drop: { ...row.masked.drop, mean: 0.9 } },
  }
  const { columns, rows } = changesTable('', [worse, row], [{ name: 'rise', drop: [0.1, 0.2], increase: 0.3 }])
  expect(rows.map(([title]) => title)).toEqual(['RISE', 'LIME'])
  expect(rows.every((cells) => cells.length === columns.length)).toBe(true)
  expect(rows[0]).toEqual(expect.arrayContaining([2, '0.100–0.200', '0.300']))
  expect(rows[1]!.slice(5, 7)).toEqual(['–', '–'])
})
