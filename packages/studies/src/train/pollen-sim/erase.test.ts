import { randomStream } from '@explainnet/core'
import { expect, it } from 'vitest'
import { paint, regionElsewhere } from './erase.ts'

const size = 20
const mask = Uint8Array.from({ length: size * size }, (_, k) => (k % size < 8 ? 1 : 0))

it('finds as large a region as asked for, outside the mask', () => {
  for (let seed = 0; seed < 50; seed++) {
    const region = regionElsewhere(mask, size, 100, randomStream(seed))
    expect(region.reduce((a, b) => a + b)).toBe(100)
    expect(region.some((inside, k) => inside === 1 && mask[k] === 1)).toBe(false)
  }
})

it('paints the region and nothing else', () => {
  const pixels = new Uint8Array(size * size * 3).fill(7)
  paint(pixels, mask, [1, 2, 3])
  expect([...pixels.subarray(0, 3)]).toEqual([1, 2, 3])
  expect([...pixels.subarray(3 * 8, 3 * 8 + 3)]).toEqual([7, 7, 7])
})
