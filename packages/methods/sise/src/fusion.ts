import { otsuThreshold } from './otsu.ts'

export type Fusion = 'otsu' | 'soft-otsu'

/** A map from 0 to 1, and how much the maps so far weigh beside it. */
export interface Weighed {
  readonly values: Float64Array
  readonly weight: number
}

/** Of the sigmoid that takes the place of the sharp threshold, and of the widening: those of the published code. */
const temperature = 100
const widening = 1.5
const smallestShare = 0.1

/**
 * Fuses maps from shallow to deep: E ← (w·E + (2 − w)·V)·gate(V), where V is the next map and w its weight. The gate is 1 from
 * V's Otsu threshold on and 0 below (`otsu`), or sigmoid(100·(V − τ)) (`soft-otsu`).
 */
export function fuse(maps: readonly Weighed[], fusion: Fusion): Float64Array {
  let fused = maps[0]!.values
  for (const { values, weight } of maps.slice(1)) {
    const gate = fusion === 'otsu' ? sharp(values) : soft(values)
    fused = fused.map((value, i) => (weight * value + (2 - weight) * values[i]!) * gate(values[i]!))
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
