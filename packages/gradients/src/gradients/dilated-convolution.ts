import {
  addN,
  backend_util,
  Conv2D,
  type Conv2DAttrs,
  Conv3D,
  type Conv3DAttrs,
  conv2d,
  conv3d,
  DepthwiseConv2dNative,
  type DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  depthwiseConv2d,
  engine,
  type GradConfig,
  getBackend,
  matMul,
  mul,
  reshape,
  reverse,
  slice,
  stack,
  sum,
  type Tensor,
  type Tensor4D,
  type Tensor5D,
  transpose,
} from '@tensorflow/tfjs-core'
import { beyond, type Extent, margins, planarExtents } from './explicit-padding.ts'
import { padAxes } from './pad-axes.ts'
import { upstream } from './upstream.ts'

/** A convolution of stride one, as every dilated one is: channels last, any number of spatial axes. */
interface Geometry {
  readonly dilations: readonly number[]
  readonly extents: readonly Extent[]
}

/**
 * Upstream fault, here and below: throws where the dilation is not one. The input's gradient is a convolution by the mirrored filter
 * with the same dilation, which every backend has; the filter's is one matrix product for each of its positions.
 */
export const conv2dGradient: GradConfig = {
  ...upstream(Conv2D),
  gradFunc: (dys, saved, attrs) => {
    const { strides, dilations, pad, dataFormat, dimRoundingMode } = attrs as unknown as Conv2DAttrs
    const [x, filter] = saved as [Tensor4D, Tensor4D]
    const info = backend_util.computeConv2DInfo(
      x.shape,
      filter.shape,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      false,
      backend_util.convertConv2DDataFormat(dataFormat),
    )
    const first = dataFormat === 'NCHW'
    if (areOne(dilations)) {
      if (dimRoundingMode !== 'ceil') return upstream(Conv2D).gradFunc(dys, saved, attrs)
      const [rows, columns] = planarExtents(info).map(beyond)
      const none = [0, 0]
      const padding = first ? [none, none, rows, columns] : [none, rows, columns, none]
      return upstream(Conv2D).gradFunc(dys, saved, { ...attrs, pad: padding } as never)
    }
    const last = (t: Tensor) => (first ? transpose(t, [0, 2, 3, 1]) : t)
    const geometry = planar(info)
    const dy = last(dys as Tensor)
    return {
      x: () => {
        const turned = transpose(mirrored(filter, 2), [0, 1, 3, 2])
        const dx = conv2d(padForInput(dy, geometry) as Tensor4D, turned, 1, 'valid', 'NHWC', dilations)
        return first ? transpose(dx, [0, 3, 1, 2]) : dx
      },
      filter: () => byPosition(last(x), dy, filter.shape, geometry, columnProducts),
    }
  },
}

/** See {@link conv2dGradient}. */
export const depthwiseConv2dGradient: GradConfig = {
  ...upstream(DepthwiseConv2dNative),
  gradFunc: (dys, saved, attrs) => {
    const { strides, dilations, pad, dimRoundingMode } = attrs as unknown as DepthwiseConv2dNativeAttrs
    if (areOne(dilations)) return upstream(DepthwiseConv2dNative).gradFunc(dys, saved, attrs)
    const [x, filter] = saved as [Tensor4D, Tensor4D]
    const dy = dys as Tensor4D
    // The kernels of this package obey the dilation.
    if (getBackend() === 'wasm') {
      const run = (kernelName: string, inputs: Record<string, Tensor>, more: object) =>
        engine().runKernel(kernelName, inputs, { strides, dilations, pad, dimRoundingMode, ...more } as never) as Tensor
      return {
        x: () => run(DepthwiseConv2dNativeBackpropInput, { dy, filter }, { inputShape: x.shape }),
        filter: () => run(DepthwiseConv2dNativeBackpropFilter, { x, dy }, { filterShape: filter.shape }),
      }
    }
    const geometry = planar(
      backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad, dimRoundingMode, true),
    )
    const [height, width, channels, multiplier] = filter.shape
    return {
      x: () => {
        const backwards = mirrored(filter, 2)
        const padded = padForInput(dy, geometry)
        const shape = [...padded.shape.slice(0, 3), channels] as [number, number, number, number]
        const apart = reshape(padded, [-1, channels, multiplier])
        return addN(
          Array.from({ length: multiplier }, (_, q) =>
            depthwiseConv2d(
              reshape(slice(apart, [0, 0, q], [-1, channels, 1]), shape) as Tensor4D,
              slice(backwards, [0, 0, 0, q], [height, width, channels, 1]),
              1,
              'valid',
              'NHWC',
              dilations as [number, number],
            ),
          ),
        )
      },
      filter: () => byPosition(x, dy, filter.shape, geometry, channelProducts(multiplier)),
    }
  },
}

/** See {@link conv2dGradient}. */
export const conv3dGradient: GradConfig = {
  ...upstream(Conv3D),
  gradFunc: (dys, saved, attrs) => {
    // The type leaves the dilations out.
    const { strides, dilations, pad } = attrs as unknown as Conv3DAttrs & {
      dilations: number | [number, number, number]
    }
    if (areOne(dilations)) return upstream(Conv3D).gradFunc(dys, saved, attrs)
    const [x, filter] = saved as [Tensor5D, Tensor5D]
    const dy = dys as Tensor5D
    const info = backend_util.computeConv3DInfo(x.shape, filter.shape, strides, dilations, pad)
    const geometry: Geometry = {
      dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
      extents: [
        {
          input: info.inDepth,
          output: info.outDepth,
          window: info.effectiveFilterDepth,
          stride: 1,
          before: info.padInfo.front,
        },
        ...planarExtents(info),
      ],
    }
    return {
      x: () => {
        const turned = transpose(mirrored(filter, 3), [0, 1, 2, 4, 3])
        return conv3d(padForInput(dy, geometry) as Tensor5D, turned, 1, 'valid', 'NDHWC', dilations)
      },
      filter: () => byPosition(x, dy, filter.shape, geometry, columnProducts),
    }
  },
}

const areOne = (dilations: number | number[] | null) => [dilations ?? 1].flat().every((dilation) => dilation === 1)

const planar = (info: backend_util.Conv2DInfo): Geometry => ({
  dilations: [info.dilationHeight, info.dilationWidth],
  extents: planarExtents(info),
})

/** Turned round along its spatial axes, which is to read its positions from the end. */
function mirrored<T extends Tensor>(filter: T, spatialAxes: number): T {
  const channels = filter.shape.slice(spatialAxes)
  return reshape(reverse(reshape(filter, [-1, ...channels]), 0), filter.shape) as T
}

/** Padded so that a convolution by the mirrored filter ends where the input does. */
function padForInput(dy: Tensor, { extents }: Geometry): Tensor {
  const rest = extents.map((extent) => {
    const [before, after] = margins(extent)
    return [extent.window - 1 - before, extent.window - 1 - after] as [number, number]
  })
  return padAxes(dy, [[0, 0], ...rest, [0, 0]])
}

/** The filter's gradient, one position after the other: what the position saw of the input, times the output's gradient. */
function byPosition(
  x: Tensor,
  dy: Tensor,
  filterShape: readonly number[],
  { dilations, extents }: Geometry,
  product: (seen: Tensor, dy: Tensor) => Tensor,
): Tensor {
  const padded = padAxes(x, [[0, 0], ...extents.map(beyond), [0, 0]])
  const channels = x.shape.at(-1)!
  const size = [...dy.shape.slice(0, -1), channels]
  const gradient = reshape(dy, [-1, dy.shape.at(-1)!])
  const positions = positionsOf(filterShape.slice(0, dilations.length))
  const products = positions.map((position) => {
    const begin = [0, ...position.map((at, axis) => at * dilations[axis]!), 0]
    return product(reshape(slice(padded, begin, size), [-1, channels]), gradient)
  })
  return reshape(stack(products), [...filterShape])
}

/** Every index of an array of this shape, in its order. */
const positionsOf = (shape: readonly number[]): number[][] =>
  shape.reduce<number[][]>(
    (positions, length) => positions.flatMap((position) => Array.from({ length }, (_, i) => [...position, i])),
    [[]],
  )

const columnProducts = (seen: Tensor, dy: Tensor) => matMul(seen, dy, true, false)

const channelProducts = (multiplier: number) => (seen: Tensor, dy: Tensor) => {
  const [rows, channels] = seen.shape as [number, number]
  return sum(mul(reshape(seen, [rows, channels, 1]), reshape(dy, [rows, channels, multiplier])), 0)
}
