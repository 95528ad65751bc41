import { type KernelConfig, MaxPool3DGrad, MaxPoolGrad, type TensorInfo } from '@tensorflow/tfjs-core'
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
    gradientModule(wasm).maxPoolGradient(addressOf(wasm, input), addressOf(wasm, dy), addressOf(wasm, dx), ...geometry)
    return dx
  },
})

/**
 * Upstream fault: tfjs-backend-wasm's MaxPoolGrad gives a window's gradient to its *last* maximum, unlike the cpu backend and
 * PyTorch (the first in row-major order), and gives it to a wrong position where every value of the window is negative.
 */
export const maxPoolGradient = gradientOf(MaxPoolGrad)

/** Upstream fault: tfjs-backend-wasm's MaxPool3DGrad has the faults of {@link maxPoolGradient}. */
export const maxPool3dGradient = gradientOf(MaxPool3DGrad)
