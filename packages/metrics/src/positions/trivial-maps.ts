import { type AttributionMap, type Axis, type NDArray, rowOf, sizeOf } from '@explainnet/core'
import type { TrivialName } from '../api.ts'
import { type Ground, positionSides } from './position-maps.ts'
import { randomValues } from './ranking.ts'

/**
 * Maps of an input that know nothing of the network, `[n, …positions]`, domain `spatial`.
 *
 * - `random`: uniform in (0, 1), by the seed and the example's own values.
 * - `centre`: a Gaussian in the middle, its standard deviation a quarter of each side.
 * - `edges`: Sobel magnitude of the mean over channels, edges repeated; in one dimension the central difference.
 *
 * Features and tokens have no neighbours, so such inputs have the random map alone.
 */
export function trivialMaps(
  input: NDArray,
  axes: readonly Axis[],
  seed = 0,
): Partial<Record<TrivialName, AttributionMap>> {
  const sides = positionSides({ axes, shape: input.shape })
  const make = (values: (example: Float32Array) => ArrayLike<number>): AttributionMap => {
    const shape = [input.shape[0]!, ...sides]
    const data = new Float32Array(sizeOf(shape))
    for (let example = 0; example < shape[0]!; example++) {
      data.set(values(rowOf(input, example)), (example * data.length) / shape[0]!)
    }
    return { shape, data, axes: axes.slice(0, shape.length), domain: 'spatial' }
  }
  return {
    random: make((example) => randomValues(example, sizeOf(sides), seed)),
    ...(hasNeighbours({ axes, shape: input.shape })
      ? {
          centre: make(() => gaussian(sides)),
          edges: make((example) => sobel(channelMeans(example, sizeOf(sides)), sides)),
        }
      : {}),
  }
}

const hasNeighbours = ({ axes, shape }: Ground) =>
  positionSides({ axes, shape }).every((_, i) => !['feature', 'token'].includes(axes[i + 1] ?? 'feature'))

function gaussian(sides: readonly number[]): Float64Array {
  const values = new Float64Array(sizeOf(sides)).fill(1)
  let stride = values.length
  for (const side of sides) {
    stride /= side
    const along = Float64Array.from({ length: side }, (_, i) =>
      Math.exp(-(((i + 0.5) / side - 0.5) ** 2) / (2 * 0.25 ** 2)),
    )
    values.forEach((_, position) => {
      values[position]! *= along[Math.floor(position / stride) % side]!
    })
  }
  return values
}

function channelMeans(example: Float32Array, positions: number): Float64Array {
  const channels = example.length / positions
  const means = new Float64Array(positions)
  example.forEach((value, i) => {
    means[Math.floor(i / channels)]! += value / channels
  })
  return means
}

/** The root of the summed squares of the Sobel derivatives along every axis. */
function sobel(values: Float64Array, sides: readonly number[]): Float64Array {
  const squares = new Float64Array(values.length)
  for (const derived of sides.keys()) {
    let filtered = values
    for (const axis of sides.keys()) {
      filtered = filterAlong(filtered, sides, axis, axis === derived ? [-1, 0, 1] : [1, 2, 1])
    }
    filtered.forEach((value, position) => {
      squares[position]! += value * value
    })
  }
  return squares.map(Math.sqrt)
}

function filterAlong(
  values: Float64Array,
  sides: readonly number[],
  axis: number,
  [before, here, after]: readonly [number, number, number],
): Float64Array<ArrayBuffer> {
  const side = sides[axis]!
  const stride = sizeOf(sides.slice(axis + 1))
  return Float64Array.from(values, (value, position) => {
    const at = Math.floor(position / stride) % side
    const left = at > 0 ? values[position - stride]! : value
    const right = at < side - 1 ? values[position + stride]! : value
    return before * left + here * value + after * right
  })
}
