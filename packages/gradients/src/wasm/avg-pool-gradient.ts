import { AvgPool3DGrad, AvgPoolGrad, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'
import { type PoolAttrs, poolGeometry, poolInfo } from './pool-geometry.ts'

const gradientOf = (kernelName: string): KernelConfig => ({
  kernelName,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
    const geometry = poolGeometry(poolInfo(input.shape, attrs as unknown as PoolAttrs), dy.shape)
    const wasm = backend as WasmBackend
    const dx = wasm.makeOutput(input.shape, 'float32')
    wasm.typedArrayFromHeap(dx).fill(0)
    gradientModule(wasm).avgPoolGradient(addressOf(wasm, dy), addressOf(wasm, dx), ...geometry)
    return dx
  },
})

/**
 * Upstream faults: tfjs-backend-wasm's AvgPoolGrad takes twenty times as long as the forward pass, and like the cpu backend's it
 * divides by the whole window where that overlaps the padding, although the forward pass divides by the part inside the image.
 */
export const avgPoolGradient = gradientOf(AvgPoolGrad)

/** Upstream fault: tfjs-backend-wasm's AvgPool3DGrad divides by the whole window, as {@link avgPoolGradient}. */
export const avgPool3dGradient = gradientOf(AvgPool3DGrad)
