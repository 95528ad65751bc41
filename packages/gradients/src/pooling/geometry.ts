import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'

/** The attributes that the four gradient kernels of pooling share. */
export interface PoolAttributes {
  readonly filterSize: number | [number, number] | [number, number, number]
  readonly strides: number | [number, number] | [number, number, number]
  readonly pad: 'same' | 'valid' | number | backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

type Extent = readonly [depth: number, height: number, width: number]

/** How windows lie over a volume. Two-dimensional pooling is pooling of volumes of depth one. */
export interface PoolGeometry {
  readonly batch: number
  readonly channels: number
  readonly input: Extent
  readonly output: Extent
  readonly window: Extent
  readonly strides: Extent
  /** Padding before the first value. */
  readonly pad: Extent
}

/** The windows of a pooling operation by its input, the gradient of its output and its attributes. */
export function poolGeometry(x: TensorInfo, dy: TensorInfo, attributes: PoolAttributes): PoolGeometry {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const volume = x.shape.length === 5
  const info = volume
    ? backend_util.computePool3DInfo(
        x.shape as [number, number, number, number, number],
        filterSize as number | [number, number, number],
        strides as number | [number, number, number],
        1,
        pad as 'same' | 'valid' | number,
        dimRoundingMode,
      )
    : {
        filterDepth: 1,
        strideDepth: 1,
        ...backend_util.computePool2DInfo(
          x.shape as [number, number, number, number],
          filterSize as number | [number, number],
          strides as number | [number, number],
          1,
          pad,
          dimRoundingMode,
        ),
      }
  const [batch, ...input] = asVolume(x).shape as [number, number, number, number, number]
  const output = asVolume(dy).shape
  const front = 'front' in info.padInfo ? info.padInfo.front : 0
  return {
    batch,
    channels: input[3],
    input: [input[0], input[1], input[2]],
    output: [output[1]!, output[2]!, output[3]!],
    window: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    pad: [front, info.padInfo.top, info.padInfo.left],
  }
}

/** The same values as `[batch, depth, height, width, channels]`. */
export function asVolume({ dataId, dtype, shape }: TensorInfo): TensorInfo {
  return { dataId, dtype, shape: shape.length === 5 ? shape : [shape[0]!, 1, ...shape.slice(1)] }
}
