import { backend_util } from '@tensorflow/tfjs-core'

/** The attributes that a pooling in two or three dimensions and its gradient have in common. */
export interface PoolAttrs {
  readonly filterSize: number | [number, number] | [number, number, number]
  readonly strides: number | [number, number] | [number, number, number]
  readonly pad: 'valid' | 'same' | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

type PoolInfo = backend_util.Conv2DInfo | backend_util.Conv3DInfo

/** The geometry of a pooling of images [n, height, width, channels] or volumes [n, depth, height, width, channels]. */
export function poolInfo(x: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): PoolInfo {
  if (x.length === 4) {
    const shape = x as [number, number, number, number]
    type Two = number | [number, number]
    return backend_util.computePool2DInfo(shape, filterSize as Two, strides as Two, 1, pad, dimRoundingMode)
  }
  const shape = x as [number, number, number, number, number]
  type Three = number | [number, number, number]
  return backend_util.computePool3DInfo(shape, filterSize as Three, strides as Three, 1, pad, dimRoundingMode)
}

/**
 * What the pools of `assembly/` take, in its order: batch size and channels, then depth, height and width of input, output, stride,
 * window and padding. An image is a volume one deep. The output's size is that of its shape `y`, since the gradients of tfjs-core
 * forget the rounding mode that led to it.
 */
export function poolGeometry(pool: PoolInfo, y: readonly number[]): number[] {
  const volume = { inDepth: 1, strideDepth: 1, filterDepth: 1, ...pool }
  const { inDepth, inHeight, inWidth, strideDepth, strideHeight, strideWidth } = volume
  const { filterDepth, filterHeight, filterWidth } = volume
  const { front, top, left } = { front: 0, ...pool.padInfo }
  return [
    ...[pool.batchSize, pool.inChannels],
    ...[inDepth, inHeight, inWidth],
    ...[...(y.length === 4 ? [1] : []), ...y.slice(1, -1)],
    ...[strideDepth, strideHeight, strideWidth],
    ...[filterDepth, filterHeight, filterWidth],
    ...[front, top, left],
  ]
}
