import type { Axis } from '../api.ts'

const byRank: readonly (readonly Axis[])[] = [
  [],
  ['batch'],
  ['batch', 'feature'],
  ['batch', 'time', 'channel'],
  ['batch', 'height', 'width', 'channel'],
  ['batch', 'depth', 'height', 'width', 'channel'],
]

/** What the axes of an array of this rank usually mean, channels last. */
export function guessAxes(rank: number): readonly Axis[] {
  return byRank[rank] ?? Array.from({ length: rank }, (_, axis) => (axis === 0 ? 'batch' : `axis-${axis}`))
}
