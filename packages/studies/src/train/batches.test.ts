import { describe, expect, it } from 'vitest'
import { epochBatches } from './batches.ts'

const source = {
  count: 10,
  size: 2,
  label: (index: number) => index,
  write: (index: number, random: { uniform(): number }, target: Float32Array, offset: number) =>
    target.set([index, random.uniform()], offset),
}
const epochOf = async (seed: number, epoch: number) => {
  const batches = []
  for await (const batch of epochBatches(source, 3, seed, epoch)) batches.push(batch)
  return batches
}

describe('epochBatches', () => {
  it('visits an example at most once, in whole batches, with its own label', async () => {
    const batches = await epochOf(0, 0)
    const labels = batches.flatMap((batch) => Array.from(batch.labels))
    expect(batches.map((batch) => batch.labels.length)).toEqual([3, 3, 3])
    expect(new Set(labels).size).toBe(9)
    expect(batches.flatMap((batch) => [...batch.inputs].filter((_, i) => i % 2 === 0))).toEqual(labels)
  })

  it('is the same for the same seed and epoch, and another for another', async () => {
    expect(await epochOf(0, 1)).toEqual(await epochOf(0, 1))
    expect(await epochOf(0, 1)).not.toEqual(await epochOf(0, 2))
    expect(await epochOf(0, 1)).not.toEqual(await epochOf(1, 1))
  })
})
