import { Identity, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'

/**
 * Upstream fault: tfjs-backend-wasm's Identity copies. The tape clones every tensor it saves, so a backward pass copies, and holds
 * twice, every activation. Sharing the data is what the cpu backend does, and what Reshape does on wasm.
 */
export const identity: KernelConfig = {
  kernelName: Identity,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs['x'] as TensorInfo
    ;(backend as WasmBackend).incRef(dataId)
    return { dataId, shape, dtype }
  },
}

/** Whether an Identity kernel, or Cast to the type that is there, asks its backend for memory. It is tried on one that has none. */
export function copies({ kernelFunc }: KernelConfig): boolean {
  let asked = false
  const makeOutput = (shape: number[], dtype: TensorInfo['dtype']): TensorInfo => {
    asked = true
    return { dataId: {}, shape, dtype }
  }
  const backend = { makeOutput, typedArrayFromHeap: () => new Float32Array(1), incRef: () => {} }
  kernelFunc({ inputs: { x: { dataId: {}, shape: [1], dtype: 'float32' } }, attrs: { dtype: 'float32' }, backend })
  return asked
}
