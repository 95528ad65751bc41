import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { gradientModule } from './module.ts'

/** The gradient of a 3×3 convolution of stride 1 by its input with a quarter of the multiplications: see assembly/winograd.ts. */
export function winogradInputGradient(
  backend: WasmBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  conv: backend_util.Conv2DInfo,
): TensorInfo {
  const module = gradientModule(backend)
  const dx = backend.makeOutput(conv.inShape, 'float32')
  withScratch(backend, module.winogradScratch(conv.outChannels, conv.inChannels), (scratch) =>
    module.winogradInputGradient(
      addressOf(backend, dy),
      addressOf(backend, filter),
      addressOf(backend, dx),
      scratch,
      conv.batchSize,
      conv.outHeight,
      conv.outWidth,
      conv.outChannels,
      conv.inHeight,
      conv.inWidth,
      conv.inChannels,
      conv.padInfo.top,
      conv.padInfo.left,
    ),
  )
  return dx
}

/** It was the faster way at every size tried, down to one channel and to images of two pixels. */
export const isWinograd = ({
  filterHeight,
  filterWidth,
  strideHeight,
  strideWidth,
}: backend_util.Conv2DInfo): boolean =>
  filterHeight === 3 && filterWidth === 3 && strideHeight === 1 && strideWidth === 1
