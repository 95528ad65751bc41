import {
  AvgPoolGrad,
  type AvgPoolGradAttrs,
  backend_util,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream faults: tfjs-backend-wasm's AvgPoolGrad takes twenty times as long as the forward pass, and like the cpu backend's it
 * divides by the whole window where that overlaps the padding, although the forward pass divides by the part inside the image.
 */
export const avgPoolGradient: KernelConfig = {
  kernelName: AvgPoolGrad,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
    const { filterSize, strides, pad } = attrs as unknown as AvgPoolGradAttrs
    const pool = backend_util.computePool2DInfo(
      input.shape as [number, number, number, number],
      filterSize,
      strides,
      1,
      pad,
    )
    const wasm = backend as WasmBackend
    const dx = wasm.makeOutput(input.shape, 'float32')
    wasm.typedArrayFromHeap(dx).fill(0)
    gradientModule(wasm).avgPoolGradient(
      addressOf(wasm, dy),
      addressOf(wasm, dx),
      pool.batchSize,
      pool.inChannels,
      pool.inHeight,
      pool.inWidth,
      pool.outHeight,
      pool.outWidth,
      pool.strideHeight,
      pool.strideWidth,
      pool.filterHeight,
      pool.filterWidth,
      pool.padInfo.top,
      pool.padInfo.left,
    )
    return dx
  },
}
