import {
  backend_util,
  type KernelConfig,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream fault: tfjs-backend-wasm's MaxPoolGrad gives a window's gradient to its *last* maximum, unlike the cpu backend and
 * PyTorch (the first in row-major order), and gives it to a wrong position where every value of the window is negative.
 */
export const maxPoolGradient: KernelConfig = {
  kernelName: MaxPoolGrad,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolGradAttrs
    const shape = input.shape as [number, number, number, number]
    const pool = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
    const wasm = backend as WasmBackend
    const dx = wasm.makeOutput(input.shape, 'float32')
    wasm.typedArrayFromHeap(dx).fill(0)
    gradientModule(wasm).maxPoolGradient(
      addressOf(wasm, input),
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
      pool.dilationHeight,
      pool.dilationWidth,
      pool.effectiveFilterHeight,
      pool.effectiveFilterWidth,
      pool.padInfo.top,
      pool.padInfo.left,
    )
    return dx
  },
}
