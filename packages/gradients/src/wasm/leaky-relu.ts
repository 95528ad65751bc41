import { Cast, type KernelConfig, LeakyRelu, type LeakyReluAttrs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { aboveZero } from '../gradients/relu.ts'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'
import { stockKernel } from './stock-kernel.ts'

/** Upstream fault: tfjs-backend-wasm's LeakyRelu takes one value at a time, fifty times as long as Relu. */
export const leakyRelu: KernelConfig = {
  kernelName: LeakyRelu,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const given = inputs['x'] as TensorInfo
    const { alpha } = attrs as unknown as LeakyReluAttrs
    const wasm = backend as WasmBackend
    const x = given.dtype === 'float32' ? given : stockKernel(wasm, Cast, { x: given }, { dtype: 'float32' })
    const out = wasm.makeOutput(x.shape, 'float32')
    // x is to itself what dy is to x in the gradient.
    const at = addressOf(wasm, x)
    const count = util.sizeFromShape(x.shape)
    gradientModule(wasm).reluGradient(at, at, addressOf(wasm, out), count, aboveZero, Number.POSITIVE_INFINITY, alpha)
    if (x !== given) wasm.disposeData(x.dataId)
    return out
  },
}
