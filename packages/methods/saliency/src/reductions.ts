import { type AttributionMap, ExplainError } from '@explainnet/core'

/** |A| of every value. */
export const absolute = (map: AttributionMap): AttributionMap => ({ ...map, data: map.data.map(Math.abs) })

/**
 * The largest |A| over the channels of each position: `[n, …, channels]` becomes `[n, …]`, domain `spatial`.
 * Simonyan et al. 2013, section 3.1. Throws `bad-shape` if the map has no channel axis.
 */
export const maxOverChannels = (map: AttributionMap): AttributionMap =>
  overChannels(map, (largest, value) => Math.max(largest, Math.abs(value)))

/**
 * The sum of A over the channels of each position: `[n, …, channels]` becomes `[n, …]`, domain `spatial`. Keeps sign and
 * total, so that completeness still holds. Throws `bad-shape` if the map has no channel axis.
 */
export const sumOverChannels = (map: AttributionMap): AttributionMap => overChannels(map, (sum, value) => sum + value)

function overChannels(map: AttributionMap, combine: (before: number, value: number) => number): AttributionMap {
  if (map.axes.at(-1) !== 'channel') {
    throw new ExplainError(
      'bad-shape',
      `The map's axes are [${map.axes.join(', ')}]: there is no channel axis at the end.`,
      'Reduce only maps that have channels.',
    )
  }
  const channels = map.shape.at(-1)!
  const data = Float32Array.from({ length: map.data.length / channels }, (_, position) =>
    map.data.subarray(position * channels, (position + 1) * channels).reduce(combine, 0),
  )
  const domain = map.domain === 'input' ? 'spatial' : map.domain
  return { ...map, shape: map.shape.slice(0, -1), axes: map.axes.slice(0, -1), domain, data }
}
