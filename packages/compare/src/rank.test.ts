import { describe, expect, it } from 'vitest'
import { concordance, type Entrant, rank } from './rank.ts'

const entrant = (name: string, ...values: number[][]): Entrant => ({ name, values })

describe('Ranks', () => {
  it('are averaged over metrics, whatever their units, and over examples', () => {
    const found = rank([
      entrant('a', [3, 1], [300, 300]),
      entrant('b', [2, 2], [200, 400]),
      entrant('c', [1, 0], [100, 100]),
    ])
    expect(found.map(({ name, meanRank }) => [name, meanRank.mean])).toEqual([
      ['a', 1.5],
      ['b', 1.5],
      ['c', 3],
    ])
  })
  it('of equals are shared', () => {
    const found = rank([entrant('a', [1, 1]), entrant('b', [1, 1]), entrant('c', [0, 0])])
    expect(found.map(({ meanRank }) => meanRank.mean)).toEqual([1.5, 1.5, 3])
    expect(found.map(({ first }) => first)).toEqual([0.5, 0.5, 0])
  })
  it('tell how often each comes first, and how far it is behind the best', () => {
    const [best, other] = rank([entrant('b', [0, 0, 0, 0]), entrant('a', [1, 1, 1, 1])])
    expect(best).toMatchObject({ name: 'a', first: 1, behind: { mean: 0 } })
    expect(other).toMatchObject({ name: 'b', first: 0, behind: { mean: 1, low: 1, high: 1 } })
  })
})

describe("Kendall's W", () => {
  it('is 1 where metrics agree, 0 where two are opposed, and as worked by hand between', () => {
    expect(concordance([entrant('a', [3], [30]), entrant('b', [2], [20]), entrant('c', [1], [10])])).toBeCloseTo(1, 12)
    expect(concordance([entrant('a', [3], [10]), entrant('b', [2], [20]), entrant('c', [1], [30])])).toBeCloseTo(0, 12)
    // Ranks 1 2 3 and 1 3 2: sums 2, 5, 5 with squared deviations 6; 12 · 6 ÷ (2² · (27 − 3)).
    expect(concordance([entrant('a', [3], [3]), entrant('b', [2], [1]), entrant('c', [1], [2])])).toBeCloseTo(0.75, 12)
  })
  it('is not defined for one method', () => {
    expect(concordance([entrant('a', [1])])).toBeUndefined()
  })
})
