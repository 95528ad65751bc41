import { type KernelConfig, Tanh, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

/** Upstream fault: tfjs-backend-wasm's Tanh calls the C library for each value, 40 ns each: recurrent cells spend their time there. */
export const tanh: KernelConfig = {
  kernelName: Tanh,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend }) => {
    const x = inputs['x'] as TensorInfo
    const wasm = backend as WasmBackend
    const out = wasm.makeOutput(x.shape, 'float32')
    gradientModule(wasm).tanh(addressOf(wasm, x), addressOf(wasm, out), util.sizeFromShape(x.shape))
    return out
  },
}
