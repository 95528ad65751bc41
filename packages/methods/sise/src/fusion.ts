import { otsuThreshold } from './otsu.ts'

export interface FusionOptions {
  readonly fusion: 'otsu' | 'soft-otsu'
  /** For each step, from 0 to 2. */
  readonly weights: readonly number[] | undefined
}

/** Of the sigmoid that takes the place of the sharp threshold, and of the widening: those of the published code. */
const temperature = 100
const widening = 1.5
const smallestShare = 0.1

/**
 * Fuses maps from shallow to deep, each from 0 to 1: E ← (w·E + (2 − w)·V)·gate(V), where V is the next map and w is 1 unless
 * given. The gate is 1 from V's Otsu threshold on and 0 below (`otsu`), or sigmoid(100·(V − τ)) (`soft-otsu`).
 */
export function fuse(maps: readonly Float64Array[], { fusion, weights }: FusionOptions): Float64Array {
  let fused = maps[0]!
  for (const [step, next] of maps.slice(1).entries()) {
    const weight = weights?.[step] ?? 1
    const gate = fusion === 'otsu' ? sharp(next) : soft(next)
    fused = fused.map((value, i) => (weight * value + (2 - weight) * next[i]!) * gate(next[i]!))
  }
  return fused
}

function sharp(map: Float64Array) {
  const threshold = otsuThreshold(map)
  return (value: number) => (value >= threshold ? 1 : 0)
}

/** The threshold is raised by half, to 1 at most, where then less than a tenth of the map lies above it. */
function soft(map: Float64Array) {
  const own = otsuThreshold(map)
  const raised = Math.min(1, own * widening)
  const above = map.reduce((count, value) => count + (value >= raised ? 1 : 0), 0)
  const threshold = above < smallestShare * map.length ? raised : own
  return (value: number) => 1 / (1 + Math.exp(-temperature * (value - threshold)))
}
