import { backend_util, type TensorInfo, Transpose } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'
import { stockKernel } from './stock-kernel.ts'

type Shape5 = [number, number, number, number, number]
type Triple = number | [number, number, number]

/**
 * A three-dimensional convolution as a two-dimensional one: the planes that the filter sees at one output depth become channels of
 * one image, `images` [n·outDepth, height, width, filterDepth·inChannels], and the filter's depth joins its channels, `filter`
 * [filterHeight, filterWidth, filterDepth·inChannels, outChannels]. So it runs on the fast kernels of the two-dimensional one.
 */
export interface Planes {
  readonly conv: backend_util.Conv3DInfo
  readonly images: [number, number, number, number]
  readonly filter: [number, number, number, number]
  /** Shape of the result as images. */
  readonly outputs: [number, number, number, number]
  /** The attributes of the two-dimensional convolution. */
  readonly attrs: Record<string, unknown>
  /** What `unfoldDepth` and `foldDepth` of `assembly/` take. */
  readonly sizes: number[]
}

export function planes(
  inShape: readonly number[],
  filterShape: readonly number[],
  strides: Triple,
  pad: 'valid' | 'same' | number,
  dilations: Triple = 1,
): Planes {
  const conv = backend_util.computeConv3DInfo(inShape as Shape5, filterShape as Shape5, strides, dilations, pad)
  const { batchSize, inDepth, inHeight, inWidth, inChannels, outDepth, outHeight, outWidth, outChannels } = conv
  const { filterDepth, filterHeight, filterWidth, padInfo } = conv
  // Where a stride exceeds the filter, 'same' pads by less than nothing in three dimensions: the image is cropped.
  const [top, bottom, left, right] = [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right].map((p) =>
    Math.max(0, -p),
  )
  const height = inHeight - top! - bottom!
  const width = inWidth - left! - right!
  const padded = (before: number, after: number) => [Math.max(0, before), Math.max(0, after)]
  return {
    conv,
    images: [batchSize * outDepth, height, width, filterDepth * inChannels],
    filter: [filterHeight, filterWidth, filterDepth * inChannels, outChannels],
    outputs: [batchSize * outDepth, outHeight, outWidth, outChannels],
    attrs: {
      strides: [conv.strideHeight, conv.strideWidth],
      pad: [[0, 0], padded(padInfo.top, padInfo.bottom), padded(padInfo.left, padInfo.right), [0, 0]],
      dilations: [conv.dilationHeight, conv.dilationWidth],
      dataFormat: 'NHWC',
    },
    sizes: [
      ...[batchSize, inChannels, inDepth, inHeight, inWidth, outDepth],
      ...[filterDepth, conv.strideDepth, conv.dilationDepth, padInfo.front],
      ...[top!, left!, height, width],
    ],
  }
}

/** Exchanges the first two of three groups of axes; the caller names the result's shape and disposes of it. */
export function exchanged(
  backend: WasmBackend,
  { dataId, dtype }: TensorInfo,
  [first, second, rest]: readonly [number, number, number],
  shape: number[],
): TensorInfo {
  const x = { dataId, dtype, shape: [first, second, rest] }
  return { ...stockKernel(backend, Transpose, { x }, { perm: [1, 0, 2] }), shape }
}

/** The filter [depth, height, width, inChannels, outChannels] as that of the two-dimensional convolution. */
export const flatFilter = (backend: WasmBackend, filter: TensorInfo, { conv, filter: shape }: Planes): TensorInfo =>
  exchanged(
    backend,
    filter,
    [conv.filterDepth, conv.filterHeight * conv.filterWidth, conv.inChannels * conv.outChannels],
    shape,
  )
