import { type AttributionMap, ExplainError } from '@explainnet/core/plain'

/** One example's values on a plane, channels reduced; row-major, `height` is 1 for signals. */
export interface Grid {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/**
 * How channels become one value a position. `sum` keeps signs and completeness (signed methods); `max-abs` is
 * Simonyan 2013's max over channels of |·|; `mean`, `mean-abs` and `l2` are the field's other habits; a number picks one channel.
 */
export type Reduction = 'sum' | 'max-abs' | 'mean' | 'mean-abs' | 'l2' | number

/**
 * One example of a map as a plane. Takes the axes `batch`, at most two positions, and `channel`; a `segments` map is
 * painted onto its segments first.
 * @throws ExplainError `bad-shape` for volumes and for data that does not fit the shape, `index-out-of-range` for the
 * example or channel, `non-finite-output` for NaN or infinite values.
 */
export function gridOf(map: AttributionMap, example = 0, reduction: Reduction = 'sum'): Grid {
  const size = map.shape.reduce((a, b) => a * b, 1)
  if (map.shape.length !== map.axes.length || size !== map.data.length) {
    throw new ExplainError(
      'bad-shape',
      `A map of shape [${map.shape}] with axes [${map.axes}] and ${map.data.length} values does not fit together.`,
      'Pass a map as `explain` returns it.',
    )
  }
  const batch = map.axes.indexOf('batch')
  const examples = batch < 0 ? 1 : (map.shape[batch] ?? 1)
  if (!(Number.isInteger(example) && example >= 0 && example < examples)) {
    throw new ExplainError('index-out-of-range', `There is no example ${example}.`, `Choose 0 … ${examples - 1}.`)
  }
  if (map.domain === 'segments' && map.segments) return paintSegments(map, example)
  const strides = stridesOf(map.shape)
  const channel = map.axes.indexOf('channel')
  const positions = map.axes.map((_, axis) => axis).filter((axis) => axis !== batch && axis !== channel)
  if (positions.length > 2) {
    throw new ExplainError(
      'bad-shape',
      `A map with the axes [${map.axes}] is not a plane.`,
      'Take a slice first: two positions and a channel axis can be drawn.',
    )
  }
  const [y, x] = positions.length === 2 ? positions : [undefined, positions[0]]
  const width = x === undefined ? 1 : (map.shape[x] ?? 1)
  const height = y === undefined ? 1 : (map.shape[y] ?? 1)
  const channels = channel < 0 ? 1 : (map.shape[channel] ?? 1)
  if (typeof reduction === 'number' && !(Number.isInteger(reduction) && reduction >= 0 && reduction < channels)) {
    throw new ExplainError('index-out-of-range', `There is no channel ${reduction}.`, `Choose 0 … ${channels - 1}.`)
  }
  const stride = (axis: number | undefined) => (axis === undefined || axis < 0 ? 0 : (strides[axis] ?? 0))
  const data = new Float32Array(width * height)
  const values = new Float64Array(channels)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const start = example * stride(batch) + row * stride(y) + column * stride(x)
      for (let c = 0; c < channels; c++) values[c] = map.data[start + c * stride(channel)]!
      data[row * width + column] = reduce(values, reduction)
    }
  }
  return finite({ width, height, data })
}

function reduce(values: Float64Array, reduction: Reduction): number {
  if (typeof reduction === 'number') return values[reduction]!
  let sum = 0
  let largest = 0
  for (const value of values) {
    if (reduction === 'sum' || reduction === 'mean') sum += value
    else if (reduction === 'l2') sum += value * value
    else sum += Math.abs(value)
    // Written so that a NaN is kept and found, not lost in a comparison.
    if (!(Math.abs(value) <= largest)) largest = Math.abs(value)
  }
  if (reduction === 'max-abs') return largest
  if (reduction === 'l2') return Math.sqrt(sum)
  return reduction === 'sum' ? sum : sum / values.length
}

function paintSegments(map: AttributionMap, example: number): Grid {
  const segments = map.segments!
  const count = map.shape.at(-1) ?? 0
  const [height, width] = [segments.shape.at(-2) ?? 1, segments.shape.at(-1) ?? 1]
  const plane = width * height
  const offset = segments.data.length > plane ? example * plane : 0
  const data = Float32Array.from({ length: plane }, (_, i) => map.data[example * count + segments.data[offset + i]!]!)
  return finite({ width, height, data })
}

function finite(grid: Grid): Grid {
  if (grid.data.every((value) => Number.isFinite(value))) return grid
  throw new ExplainError(
    'non-finite-output',
    'The map holds NaN or infinite values and cannot be drawn.',
    'Look at the input and the model for the cause: a picture would hide it.',
  )
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * shape[i + 1]!
  return strides
}
