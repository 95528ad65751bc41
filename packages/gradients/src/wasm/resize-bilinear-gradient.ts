import {
  type KernelConfig,
  ResizeBilinearGrad,
  type ResizeBilinearGradAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

/** Upstream fault: tfjs-backend-wasm's ResizeBilinearGrad takes a hundred times as long as the forward pass. */
export const resizeBilinearGradient: KernelConfig = {
  kernelName: ResizeBilinearGrad,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { images, dy } = inputs as { images: TensorInfo; dy: TensorInfo }
    const { alignCorners } = attrs as unknown as ResizeBilinearGradAttrs
    const [batch, height, width, channels] = images.shape as [number, number, number, number]
    const [, newHeight, newWidth] = dy.shape as [number, number, number]
    const wasm = backend as WasmBackend
    const dx = wasm.makeOutput(images.shape, 'float32')
    const sizes = [batch, height, width, newHeight, newWidth, channels, Number(alignCorners)]
    gradientModule(wasm).resizeBilinearGradient(addressOf(wasm, dy), addressOf(wasm, dx), ...sizes)
    return dx
  },
}
