import { type Axis, ExplainError, type NDArray, rowOf, sizeOf } from '@explainnet/core'
import type { MapOptions, Maps, MetricResult, TrivialName } from '../api.ts'
import { constantWarnings } from '../positions/constant.ts'
import { isAttribution, positionMaps } from '../positions/position-maps.ts'
import { randomValues, ranking } from '../positions/ranking.ts'
import { trivialMaps } from '../positions/trivial-maps.ts'
import { metricResult, type ValuesByMap } from '../result.ts'

/** What a map is to point at: not 0 inside; `[n, …positions]`. */
export interface Masks {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
}

export interface LocalisationOptions extends MapOptions {
  /** What was explained, `[n, …]`: needed for the edge detector among the trivial maps. */
  readonly input?: NDArray | undefined
}

/** One example: its map, what is inside, and the order of its positions. */
export interface Located {
  readonly values: Float32Array
  readonly inside: (position: number) => boolean
  /** Positions inside. */
  readonly area: number
  readonly sides: readonly number[]
  /** From the most relevant position to the least. */
  readonly order: () => Uint32Array
}

/**
 * Measures the judged map and the trivial ones against the masks. No pass through the network.
 *
 * @throws ExplainError `bad-shape` for masks of another size, `bad-option` for an empty mask, `several-maps`.
 */
export function localised(
  about: Pick<MetricResult, 'metric' | 'definition' | 'better'>,
  maps: Maps,
  masks: Masks,
  options: LocalisationOptions,
  measure: (located: Located) => number,
  parameters: Readonly<Record<string, unknown>> = {},
): MetricResult {
  const { seed = 0, channels = 'sum' } = options
  const map = onlyMap(maps)
  const n = map.shape[0]!
  const sides = masks.shape.slice(1)
  const truth = readMasks(map, masks)
  const axes: Axis[] = ['batch', ...sides.map((_, i) => `position-${i}`)]
  const { shape } = truth
  const withChannels = map.shape.length > shape.length
  const ground = withChannels ? { axes: [...axes, 'channel'], shape: [...shape, map.shape.at(-1)!] } : { axes, shape }
  const values = positionMaps(map, ground, channels)
  const seen = options.input ?? truth
  const trivial = trivialMaps(seen, seen.shape.length > shape.length ? [...axes, 'channel'] : axes, seed)
  // Without the input, edges would be those of the answer.
  const possible = Object.keys(trivial).filter((name) => options.input || name !== 'edges') as TrivialName[]
  const names = possible.filter((name) => options.trivial?.includes(name) ?? true)
  const all = (of: NDArray) =>
    Array.from({ length: n }, (_, example) => {
      const row = rowOf(of, example)
      const mask = rowOf(truth, example)
      const ties = () => randomValues(rowOf(seen, example), row.length, seed)
      return measure({
        values: row,
        inside: (position) => mask[position] === 1,
        area: mask.reduce((sum, value) => sum + value, 0),
        sides,
        order: () => ranking(row, ties()),
      })
    })
  const byMap = { map: all(values), ...Object.fromEntries(names.map((name) => [name, all(trivial[name]!)])) }
  return metricResult(
    { ...about, parameters: { ...parameters, channels, seed } },
    byMap as ValuesByMap,
    { forward: 0, backward: 0 },
    constantWarnings(values),
  )
}

const onlyMap = (maps: Maps) => {
  if (!isAttribution(maps)) return maps
  const all = Object.values(maps.maps)
  if (all.length === 1) return all[0]!
  throw new ExplainError('several-maps', 'The attribution has several maps.', 'Give the one that the masks lie on.')
}

function readMasks(map: NDArray, { shape, data }: Masks): NDArray {
  const positions = map.shape.length > shape.length ? map.shape.slice(0, -1) : map.shape
  const coarse = 'domain' in map && map.domain !== 'input' && map.domain !== 'spatial'
  const compared = coarse ? 1 : shape.length
  const fits = shape.length > 1 && shape.slice(0, compared).every((side, axis) => side === positions[axis])
  if (
    !fits ||
    (positions.length !== shape.length && !('domain' in map && map.domain === 'segments')) ||
    data.length !== sizeOf(shape)
  ) {
    throw new ExplainError(
      'bad-shape',
      `Masks of shape [${shape.join(', ')}] with ${data.length} values do not lie on a map of shape [${map.shape.join(', ')}].`,
      'Give a mask for each example, prepared as the input was: same size, same cut.',
    )
  }
  const truth = { shape, data: Float32Array.from(data, (value) => (value === 0 ? 0 : 1)) }
  for (let example = 0; example < shape[0]!; example++) {
    if (rowOf(truth, example).includes(1)) continue
    throw new ExplainError('bad-option', `The mask of example ${example} is empty.`, 'Leave out what has no place.')
  }
  return truth
}
