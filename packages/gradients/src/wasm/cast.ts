import { Cast, type CastAttrs, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'
import { identity } from './identity.ts'

/**
 * Upstream fault: tfjs-backend-wasm's Cast copies where nothing changes, as in the gradients of comparisons and in most models'
 * preprocessing, and what is between 0 and 1 it casts to false.
 */
export const cast: KernelConfig = {
  kernelName: Cast,
  backendName: 'wasm',
  kernelFunc: (call) => {
    const x = call.inputs['x'] as TensorInfo
    const { dtype } = call.attrs as unknown as CastAttrs
    if (dtype === x.dtype) return identity.kernelFunc(call)
    const wasm = call.backend as WasmBackend
    const out = wasm.makeOutput(x.shape, dtype)
    const values = wasm.typedArrayFromHeap(x)
    const target = wasm.typedArrayFromHeap(out)
    target.set(dtype === 'bool' ? values.map((value) => (value === 0 ? 0 : 1)) : values)
    return out
  },
}
