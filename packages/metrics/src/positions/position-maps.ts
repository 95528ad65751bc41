import {
  type Attribution,
  type AttributionMap,
  type Axis,
  ExplainError,
  type NDArray,
  resizeLinear,
  rowOf,
  sizeOf,
} from '@explainnet/core'
import type { ChannelRule, Maps } from '../api.ts'

/** What a map lies on: one input, with the batch axis. */
export interface Ground {
  /** Of a map of an attribution; absent: its only one. */
  readonly name?: string | undefined
  readonly axes: readonly Axis[]
  /** `[n, …]`, channels included. */
  readonly shape: readonly number[]
}

/** The sides of what can be ranked or hidden as a whole: every axis of an example but the channels. */
export function positionSides({ axes, shape }: Ground): readonly number[] {
  return shape.slice(1, axes.at(-1) === 'channel' ? -1 : undefined)
}

/**
 * One value for every position of an input, `[n, …positions]`: channels reduced by `channels`, layer maps upsampled with
 * half-pixel centres, each position of a segment given its segment's value, or its share of it, so that sums are kept.
 *
 * @throws ExplainError `several-maps`, `bad-shape` if the map does not lie on the input, `non-finite-input`.
 */
export function positionMaps(
  maps: Maps,
  ground: Ground,
  channels: ChannelRule = 'sum',
  segments: 'value' | 'share' = 'value',
): NDArray {
  const map = mapOn(maps, ground)
  const sides = positionSides(ground)
  const wanted = [ground.shape[0]!, ...sides]
  const positions = sizeOf(wanted)
  if (map.data.some((value) => !Number.isFinite(value))) {
    throw new ExplainError('non-finite-input', 'The map holds values that are not finite.', 'Leave the example out.')
  }
  if ('domain' in map && map.domain === 'segments' && map.segments) {
    return expanded(map, map.segments, wanted, channels, segments)
  }
  if (sameShape(map.shape, wanted)) return { shape: wanted, data: reduced(map.data, positions, channels) }
  if (sameShape(map.shape, ground.shape)) return { shape: wanted, data: reduced(map.data, positions, channels) }
  const layer = 'domain' in map && map.domain === 'layer' ? map : undefined
  const perPosition = layer?.axes.at(-1) === 'channel' ? layer.shape.slice(0, -1) : layer?.shape
  if (layer && perPosition?.length === wanted.length && perPosition[0] === wanted[0]) {
    return resizeLinear({ shape: perPosition, data: reduced(layer.data, sizeOf(perPosition), channels) }, wanted)
  }
  throw new ExplainError(
    'bad-shape',
    `A map of shape [${map.shape.join(', ')}] does not lie on an input of shape [${ground.shape.join(', ')}].`,
    `Give one value a position, [${wanted.join(', ')}], or one an input value.`,
  )
}

/** The map as it came. Throws `several-maps`. */
export function mapOn(maps: Maps, { name }: Ground): AttributionMap | NDArray {
  if (!isAttribution(maps)) return maps
  const named = name === undefined ? undefined : maps.maps[name]
  const all = Object.values(maps.maps)
  if (named) return named
  if (all.length === 1) return all[0]!
  throw new ExplainError(
    'several-maps',
    `The attribution has maps ${Object.keys(maps.maps).join(', ')}.`,
    'Give one of them, and say which input it lies on.',
  )
}

export const isAttribution = (maps: Maps): maps is Attribution => 'maps' in maps && 'certificate' in maps

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((side, i) => side === b[i])

function reduced(data: Float32Array, positions: number, rule: ChannelRule): Float32Array {
  const channels = data.length / positions
  const result = new Float32Array(positions)
  for (let position = 0; position < positions; position++) {
    let value = 0
    for (let i = position * channels; i < (position + 1) * channels; i++) {
      if (rule === 'sum') value += data[i]!
      else if (rule === 'sum-absolute') value += Math.abs(data[i]!)
      else value = Math.max(value, Math.abs(data[i]!))
    }
    result[position] = value
  }
  return result
}

function expanded(
  map: AttributionMap,
  segments: NDArray,
  wanted: readonly number[],
  rule: ChannelRule,
  gives: 'value' | 'share',
): NDArray {
  if (!sameShape(segments.shape, wanted) || map.shape[0] !== wanted[0]) {
    throw new ExplainError(
      'bad-shape',
      `The map's segments have shape [${segments.shape.join(', ')}].`,
      `They must be those of the input's positions, [${wanted.join(', ')}].`,
    )
  }
  const data = new Float32Array(sizeOf(wanted))
  for (let example = 0; example < wanted[0]!; example++) {
    const values = rowOf(map, example)
    const target = rowOf({ shape: wanted, data }, example)
    const own = rowOf(segments, example)
    const sizes = new Map<number, number>()
    for (const segment of own) sizes.set(segment, (sizes.get(segment) ?? 0) + 1)
    own.forEach((segment, position) => {
      const value = (values[segment] ?? 0) / (gives === 'share' ? sizes.get(segment)! : 1)
      target[position] = rule === 'sum' ? value : Math.abs(value)
    })
  }
  return { shape: wanted, data }
}
