import { type Array64, build, offsetOf, positions, sizeOf, valueAt } from './array.ts'
import { finish } from './elementwise.ts'
import type { ReferenceKernel, ReferenceKernels } from './kernel.ts'

type Pad = 'same' | 'valid' | number | readonly (readonly [number, number])[]

interface WindowAttrs {
  readonly strides: number | readonly number[]
  readonly dilations?: number | readonly number[] | null
  readonly pad: Pad
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Windows over the spatial axes of [n, …space, channels]. */
interface Windows {
  /** Extent of the output in space. */
  readonly output: number[]
  /** Where in the input's space the position `inside` of the window at `at` lies; undefined where that is padding. */
  source(at: readonly number[], inside: readonly number[]): number[] | undefined
}

function windows(space: readonly number[], window: readonly number[], attrs: WindowAttrs): Windows {
  const { pad, dimRoundingMode = 'floor' } = attrs
  const perAxis = (value: number | readonly number[] | null | undefined): number[] =>
    space.map((_, axis) => (typeof value === 'number' ? value : (value?.[axis] ?? 1)))
  const strides = perAxis(attrs.strides)
  const dilations = perAxis(attrs.dilations)
  const extent = window.map((size, axis) => (size - 1) * dilations[axis]! + 1)
  const axes = space.map((size, axis) => {
    if (pad === 'same') {
      const count = Math.ceil(size / strides[axis]!)
      const padding = Math.max((count - 1) * strides[axis]! + extent[axis]! - size, 0)
      return { count, before: Math.floor(padding / 2) }
    }
    // Explicit padding also names the batch and the channels.
    const [before, after] = pad === 'valid' ? [0, 0] : typeof pad === 'number' ? [pad, pad] : pad[axis + 1]!
    return { count: Math[dimRoundingMode]((size + before + after - extent[axis]!) / strides[axis]!) + 1, before }
  })
  return {
    output: axes.map(({ count }) => count),
    source(at, inside) {
      const position: number[] = []
      for (let axis = 0; axis < space.length; axis++) {
        const here = at[axis]! * strides[axis]! + inside[axis]! * dilations[axis]! - axes[axis]!.before
        if (here < 0 || here >= space[axis]!) return undefined
        position.push(here)
      }
      return position
    },
  }
}

const spaceOf = ({ shape }: Array64) => shape.slice(1, -1)

/** Σ over the window and the input's channels, in any number of dimensions; filters are […window, in, out]. */
function convolve(x: Array64, filter: Array64, attrs: WindowAttrs): Array64 {
  const window = filter.shape.slice(0, -2)
  const [into, out] = filter.shape.slice(-2) as [number, number]
  const { output, source } = windows(spaceOf(x), window, attrs)
  const insides = positions(window)
  return build([x.shape[0]!, ...output, out], (at) => {
    let sum = 0
    for (const inside of insides) {
      const position = source(at.slice(1, -1), inside)
      if (position === undefined) continue
      const from = offsetOf(x, [at[0]!, ...position, 0])
      const weight = offsetOf(filter, [...inside, 0, at.at(-1)!])
      for (let c = 0; c < into; c++) sum += x.values[from + c]! * filter.values[weight + c * out]!
    }
    return sum
  })
}

/** The transposed convolution: each value is spread by the filter to where a convolution would have read. */
function convolveTransposed(dy: Array64, filter: Array64, attrs: WindowAttrs, shape: readonly number[]): Array64 {
  const window = filter.shape.slice(0, -2)
  const { source } = windows(shape.slice(1, -1), window, attrs)
  const x: Array64 = { shape, dtype: 'float32', values: new Float64Array(sizeOf(shape)) }
  const insides = positions(window)
  for (const at of positions(dy.shape)) {
    for (const inside of insides) {
      const position = source(at.slice(1, -1), inside)
      if (position === undefined) continue
      for (let c = 0; c < shape.at(-1)!; c++) {
        x.values[offsetOf(x, [at[0]!, ...position, c])]! +=
          valueAt(dy, at) * valueAt(filter, [...inside, c, at.at(-1)!])
      }
    }
  }
  return x
}

/** Each input channel has its own filters, [height, width, in, multiplier]. */
function convolveDepthwise(x: Array64, filter: Array64, attrs: WindowAttrs): Array64 {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number]
  const { output, source } = windows(spaceOf(x), [height, width], attrs)
  const insides = positions([height, width])
  return build([x.shape[0]!, ...output, channels * multiplier], (at) => {
    const c = Math.floor(at[3]! / multiplier)
    let sum = 0
    for (const inside of insides) {
      const position = source(at.slice(1, -1), inside)
      if (position) sum += valueAt(x, [at[0]!, ...position, c]) * valueAt(filter, [...inside, c, at[3]! % multiplier])
    }
    return sum
  })
}

/** `f` of the values of each window that are no padding. */
function pool(
  x: Array64,
  window: number | readonly number[],
  attrs: WindowAttrs,
  f: (values: number[]) => number,
): Array64 {
  const space = spaceOf(x)
  const size = typeof window === 'number' ? space.map(() => window) : window
  const { output, source } = windows(space, size, attrs)
  const insides = positions(size)
  return build([x.shape[0]!, ...output, x.shape.at(-1)!], (at) =>
    f(
      insides
        .map((inside) => source(at.slice(1, -1), inside))
        .filter((position) => position !== undefined)
        .map((position) => valueAt(x, [at[0]!, ...position, at.at(-1)!])),
    ),
  )
}

const largest = (values: number[]) => Math.max(...values)
const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

const pooling =
  (f: (values: number[]) => number): ReferenceKernel =>
  ({ x }, attrs) =>
    pool(x!, attrs.filterSize, attrs, f)

const channelsLast = (x: Array64) =>
  build([x.shape[0]!, ...x.shape.slice(2), x.shape[1]!], (at) => valueAt(x, [at[0]!, at.at(-1)!, ...at.slice(1, -1)]))
const channelsFirst = (x: Array64) =>
  build([x.shape[0]!, x.shape.at(-1)!, ...x.shape.slice(1, -1)], (at) => valueAt(x, [at[0]!, ...at.slice(2), at[1]!]))

const convolution: ReferenceKernel = ({ x, filter }, attrs) => {
  if (!attrs.dataFormat.startsWith('NC')) return convolve(x!, filter!, attrs)
  return channelsFirst(convolve(channelsLast(x!), filter!, attrs))
}

export const windowed: ReferenceKernels = {
  AvgPool: pooling(average),
  AvgPool3D: pooling(average),
  Conv2D: convolution,
  Conv3D: convolution,
  Conv2DBackpropInput: ({ dy, filter }, attrs) => convolveTransposed(dy!, filter!, attrs, attrs.inputShape),
  Conv3DBackpropInputV2: ({ dy, filter }, attrs) => convolveTransposed(dy!, filter!, attrs, attrs.inputShape),
  DepthwiseConv2dNative: ({ x, filter }, attrs) => convolveDepthwise(x!, filter!, attrs),
  Dilation2D: ({ x, filter }, attrs) => {
    // The maximum of value plus filter, channel by channel.
    const window = filter!.shape.slice(0, 2)
    const { output, source } = windows(spaceOf(x!), window, attrs)
    return build([x!.shape[0]!, ...output, x!.shape[3]!], (at) =>
      largest(
        positions(window).flatMap((inside) => {
          const position = source(at.slice(1, -1), inside)
          return position ? [valueAt(x!, [at[0]!, ...position, at[3]!]) + valueAt(filter!, [...inside, at[3]!])] : []
        }),
      ),
    )
  },
  FusedConv2D: (inputs, attrs) => finish(convolve(inputs['x']!, inputs['filter']!, attrs), inputs, attrs),
  FusedDepthwiseConv2D: (inputs, attrs) =>
    finish(convolveDepthwise(inputs['x']!, inputs['filter']!, attrs), inputs, attrs),
  MaxPool: pooling(largest),
  MaxPool3D: pooling(largest),
  MaxPoolWithArgmax: ({ x }, attrs) => {
    // Places are pooled by the values that stand there; the second result counts them within a picture.
    const { values } = x!
    const places = { ...x!, values: values.map((_, i) => i) }
    const largestOf = (window: number[]) => window.reduce((a, b) => (values[b]! > values[a]! ? b : a))
    const winners = pool(places, attrs.filterSize, attrs, largestOf)
    const picture = sizeOf(x!.shape.slice(1))
    return [
      { ...winners, values: winners.values.map((i) => values[i]!) },
      { ...winners, values: winners.values.map((i) => i % picture), dtype: 'int32' },
    ]
  },
}
