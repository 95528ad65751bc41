import { describe, expect, it } from 'vitest'
import { type Contestant, isMeasured, median, takeTurns } from './timing.ts'

/** Takes the times given, one after the other, without waiting for them. */
const contestant = (name: string, times: number[], order: string[] = []): Contestant => ({
  name,
  async run() {
    order.push(name)
    const milliseconds = times.shift()
    if (milliseconds === undefined) throw new Error('no more times')
    return { milliseconds }
  },
})

describe('takeTurns', () => {
  it('leaves out the warm-up, alternates, and gives medians', async () => {
    const order: string[] = []
    const figures = await takeTurns([contestant('a', [90, 1, 2, 9], order), contestant('b', [80, 6, 4, 5], order)], {
      runs: 3,
      patience: 1,
    })
    expect(order.join('')).toBe('abababab')
    expect(figures).toEqual({
      a: { milliseconds: 2, runs: [1, 2, 9] },
      b: { milliseconds: 5, runs: [6, 4, 5] },
    })
  })

  it('gives the slow as many turns as fit, and those that do not fit at all the time of their warm-up', async () => {
    const figures = await takeTurns([contestant('slow', [400, 410, 420]), contestant('slowest', [5000])], {
      runs: 3,
      patience: 1,
    })
    expect(figures).toEqual({
      slow: { milliseconds: 415, runs: [410, 420] },
      slowest: { milliseconds: 5000, runs: [5000] },
    })
  })

  it('counts the first run of those who are warm', async () => {
    const figures = await takeTurns([contestant('warm', [3, 5])], { runs: 2, patience: 1, warm: true })
    expect(figures['warm']).toEqual({ milliseconds: 4, runs: [3, 5] })
  })

  it('says why somebody could not run, and goes on', async () => {
    const broken = [contestant('broken', []), contestant('broken later', [1, 2])]
    const figures = await takeTurns([...broken, contestant('sound', [3, 4, 5])], { runs: 2, patience: 1 })
    expect(figures['broken']).toEqual({ failure: 'no more times' })
    expect(figures['broken later']).toEqual({ failure: 'no more times' })
    expect(isMeasured(figures['sound'])).toBe(true)
  })
})

it('the median of an even number of values is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})
