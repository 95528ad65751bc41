import { type Attribution, type AttributionMap, ExplainError, rowOf } from '@explainnet/core'
import { spearman } from './spearman.ts'
import { structuralSimilarity } from './structural-similarity.ts'

/** How alike two maps of one example are; each from −1 to 1. */
export interface MapSimilarity {
  /** Rank correlation of the signed values. */
  readonly spearman: number
  /** Rank correlation of the magnitudes. */
  readonly spearmanAbsolute: number
  /** Structural similarity of the magnitudes, each map scaled by its own largest. Absent for maps without a grid. */
  readonly ssim?: number | undefined
}

/**
 * How alike two methods', networks' or seeds' maps of the same examples are, one figure an example. Channels are summed
 * first. Two constant maps count as the same (1), a constant and another one as nothing alike (0).
 *
 * @throws ExplainError `bad-shape` for maps of different shapes, `several-maps` for an attribution with several.
 */
export function mapSimilarity(a: Attribution | AttributionMap, b: Attribution | AttributionMap): MapSimilarity[] {
  const [first, second] = [onlyMap(a), onlyMap(b)]
  if (first.shape.join() !== second.shape.join()) {
    throw new ExplainError(
      'bad-shape',
      `Maps of shape [${first.shape.join(', ')}] and [${second.shape.join(', ')}] cannot be compared.`,
      'Give maps of the same examples, made in the same way.',
    )
  }
  return Array.from({ length: first.shape[0]! }, (_, example) => {
    const [x, y] = [planeOf(first, example), planeOf(second, example)]
    const [u, v] = [x.data.map(Math.abs), y.data.map(Math.abs)]
    const grid = x.shape.length === 1 || x.shape.length === 2
    return {
      spearman: withConstants(x.data, y.data, spearman),
      spearmanAbsolute: withConstants(u, v, spearman),
      ...(grid && first.domain !== 'segments'
        ? {
            ssim: withConstants(u, v, () =>
              structuralSimilarity({ shape: x.shape, data: scaled(u) }, { shape: x.shape, data: scaled(v) }, 1),
            ),
          }
        : {}),
    }
  })
}

/** Whether example `example` of the map has the same value everywhere. */
export const isConstantMap = (map: Attribution | AttributionMap, example = 0): boolean =>
  constant(planeOf(onlyMap(map), example).data)

const onlyMap = (map: Attribution | AttributionMap): AttributionMap => {
  if (!('maps' in map)) return map
  const all = Object.values(map.maps)
  if (all.length === 1) return all[0]!
  throw new ExplainError('several-maps', `There are ${all.length} maps.`, 'Compare them one by one.')
}

/** Channels summed. */
function planeOf(map: AttributionMap, example: number): { shape: number[]; data: Float64Array } {
  const values = rowOf(map, example)
  const shape = map.shape.slice(1)
  if (map.axes.at(-1) !== 'channel' || shape.length < 2) return { shape, data: Float64Array.from(values) }
  const channels = shape.pop()!
  const data = new Float64Array(values.length / channels)
  values.forEach((value, i) => {
    data[Math.floor(i / channels)]! += value
  })
  return { shape, data }
}

function withConstants(
  a: Float64Array,
  b: Float64Array,
  measure: (a: Float64Array, b: Float64Array) => number | undefined,
): number {
  const [flatA, flatB] = [constant(a), constant(b)]
  if (flatA || flatB) return flatA && flatB ? 1 : 0
  return measure(a, b) ?? 0
}

// Rounding of a sum is no structure.
const constant = (values: Float64Array): boolean => {
  let [low, high, size] = [Infinity, -Infinity, 0]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
    size = Math.max(size, Math.abs(value))
  }
  return high - low <= 1e-6 * size
}

const scaled = (values: Float64Array): Float64Array => {
  const largest = values.reduce((most, value) => Math.max(most, value), 0)
  return values.map((value) => value / largest)
}
