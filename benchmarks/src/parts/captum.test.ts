import { describe, expect, it } from 'vitest'
import { fewestSteps } from './captum.ts'

describe('fewestSteps', () => {
  it.each([2, 14, 46, 128])('finds %i, where errors reach the bound there', async (steps) => {
    const asked: number[] = []
    const errorOf = async (given: number) => {
      asked.push(given)
      return 1 / given
    }
    expect(await fewestSteps(errorOf, 1 / (steps - 1), 128)).toEqual({ steps, error: 1 / steps })
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it('stops at the most where no number of steps is good enough', async () => {
    expect(await fewestSteps(async () => 0.5, 0.1, 128)).toEqual({ steps: 128, error: 0.5 })
  })
})
