import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'

/** Runs one of the backend's own kernels, outside the engine: the caller disposes of what comes back. */
export function stockKernel(
  backend: WasmBackend,
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attrs: Record<string, unknown>,
): TensorInfo {
  const kernel = getKernel(kernelName, 'wasm')
  if (kernel === undefined) throw new Error(`tfjs-backend-wasm has no ${kernelName}; import its full build.`)
  return kernel.kernelFunc({ inputs, backend, attrs: attrs as never }) as TensorInfo
}
