import { type KernelConfig, MaxPool3DGrad, MaxPoolGrad, type TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'
import { type PoolAttrs, poolGeometry, poolInfo } from './pool-geometry.ts'
import { withFloats } from './with-floats.ts'

const gradientOf = (kernelName: string): KernelConfig => ({
  kernelName,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo }
    const geometry = poolGeometry(poolInfo(input.shape, attrs as unknown as PoolAttrs), dy.shape)
    const wasm = backend as WasmBackend
    const dx = wasm.makeOutput(input.shape, 'float32')
    const module = gradientModule(wasm)
    withFloats(wasm, [input], (x) => {
      const addresses = [addressOf(wasm, x!), addressOf(wasm, dy), addressOf(wasm, dx)] as const
      if (isQuartering(input.shape, dy.shape, geometry)) {
        const [rows, width, channels] = [dy.shape[0]! * dy.shape[1]!, dy.shape[2]!, dy.shape[3]!]
        module.maxPool2x2Gradient(...addresses, rows, width, channels)
      } else {
        wasm.typedArrayFromHeap(dx).fill(0)
        module.maxPoolGradient(...addresses, ...geometry)
      }
    })
    return dx
  },
})

/** Whether windows of 2×2, side by side, are the whole image, as in most networks. */
function isQuartering(x: readonly number[], dy: readonly number[], geometry: readonly number[]): boolean {
  const stridesWindowAndPadding = geometry.slice(-9).join()
  return x.length === 4 && x[1] === 2 * dy[1]! && x[2] === 2 * dy[2]! && stridesWindowAndPadding === '1,2,2,1,2,2,0,0,0'
}

/**
 * Upstream fault: tfjs-backend-wasm's MaxPoolGrad gives a window's gradient to its *last* maximum, unlike the cpu backend and
 * PyTorch (the first in row-major order), and gives it to a wrong position where every value of the window is negative.
 */
export const maxPoolGradient = gradientOf(MaxPoolGrad)

/** Upstream fault: tfjs-backend-wasm's MaxPool3DGrad has the faults of {@link maxPoolGradient}. */
export const maxPool3dGradient = gradientOf(MaxPool3DGrad)
