import type { TensorInfo } from '@tensorflow/tfjs-core'
import { otherKernel } from '../other-kernel.ts'
import type { WasmBackend } from './backend.ts'

/** Runs one of the backend's own kernels, outside the engine: the caller disposes of what comes back. */
export const stockKernel = (
  backend: WasmBackend,
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attrs: Record<string, unknown>,
): TensorInfo => otherKernel('wasm', backend, kernelName, inputs, attrs)
