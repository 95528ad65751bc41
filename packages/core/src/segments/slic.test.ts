import { describe, expect, it } from 'vitest'
import { randomStream } from '../random.ts'
import { gridSegments, slic } from './slic.ts'

const random = randomStream(4)
const noise = (length: number, size: number) => Float32Array.from({ length }, () => size * random.normal())

/** Whether each label is one piece, by flooding from the first position of each. */
function isConnected(labels: Int32Array, sides: readonly number[]): boolean {
  const seen = new Set<number>()
  const strides = sides.map((_, axis) => sides.slice(axis + 1).reduce((a, b) => a * b, 1))
  const flooded = new Uint8Array(labels.length)
  for (let start = 0; start < labels.length; start++) {
    if (flooded[start]) continue
    if (seen.has(labels[start]!)) return false
    seen.add(labels[start]!)
    const open = [start]
    flooded[start] = 1
    while (open.length > 0) {
      const position = open.pop()!
      for (const [axis, stride] of strides.entries()) {
        const i = Math.floor(position / stride) % sides[axis]!
        for (const step of [-1, 1]) {
          const next = position + step * stride
          if (i + step < 0 || i + step >= sides[axis]! || flooded[next] || labels[next] !== labels[start]) continue
          flooded[next] = 1
          open.push(next)
        }
      }
    }
  }
  return true
}
const countOf = (labels: Int32Array) => new Set(labels).size

describe('SLIC', () => {
  it.each([
    ['a signal', [200], 12],
    ['a picture', [40, 30], 24],
    ['a volume', [12, 10, 8], 16],
  ] as const)('cuts %s of noise into connected segments, about as many as asked for', (_, sides, count) => {
    const positions = sides.reduce((a: number, b) => a * b, 1)
    const labels = slic({ sides, channels: 2, values: noise(2 * positions, 1) }, count)
    expect(isConnected(labels, sides)).toBe(true)
    expect(countOf(labels)).toBeGreaterThan(0.6 * count)
    expect(countOf(labels)).toBeLessThan(1.8 * count)
    expect([...new Set(labels)]).toEqual(Array.from({ length: countOf(labels) }, (_, i) => i))
  })

  it('follows the edges of a picture', () => {
    // A disc on a ground, with noise; its edge lies on no grid.
    const side = 48
    const inside = (i: number) => Number(Math.hypot((i % side) - 20.3, Math.floor(i / side) - 26.7) < 13)
    const grain = noise(side * side, 0.05)
    const values = Float32Array.from(grain, (value, i) => inside(i) + value)
    /** Positions outvoted in their segment. */
    const strays = (labels: Int32Array) => {
      const votes = Array.from({ length: countOf(labels) }, () => [0, 0])
      labels.forEach((label, i) => {
        votes[label]![inside(i)]!++
      })
      return votes.reduce((sum, [out, within]) => sum + Math.min(out!, within!), 0)
    }
    expect(strays(slic({ sides: [side, side], channels: 1, values }, 36))).toBeLessThanOrEqual(20)
    expect(strays(gridSegments([side, side], 36))).toBeGreaterThan(100)
  })

  it('does not depend on the units of the input', () => {
    const values = noise(40 * 40 * 3, 1)
    const labels = slic({ sides: [40, 40], channels: 3, values }, 20)
    expect(slic({ sides: [40, 40], channels: 3, values: values.map((value) => 64 * value) }, 20)).toEqual(labels)
  })

  it('of a flat picture is a grid', () => {
    const labels = slic({ sides: [20, 20], channels: 1, values: new Float32Array(400).fill(3) }, 16)
    expect(countOf(labels)).toBe(16)
    const sizes = new Float64Array(16)
    for (const label of labels) sizes[label]!++
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(11)
  })
})

describe('grid segments', () => {
  it('are blocks of even size, about as many as asked for', () => {
    expect([...gridSegments([10], 3)]).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    for (const [sides, count] of [
      [[64, 64], 49],
      [[32, 8], 16],
      [[3, 100], 50],
      [[9, 9, 9], 27],
    ] as const) {
      const labels = gridSegments(sides, count)
      expect(isConnected(labels, sides)).toBe(true)
      expect(Math.abs(countOf(labels) - count) / count).toBeLessThan(0.25)
    }
  })

  it('are single positions where more are asked for than there are', () => {
    expect([...gridSegments([2, 3], 50)]).toEqual([0, 1, 2, 3, 4, 5])
  })
})
