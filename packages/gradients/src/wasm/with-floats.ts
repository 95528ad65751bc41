import { Cast, type TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'
import { stockKernel } from './stock-kernel.ts'

/** Runs `use` with these tensors as float32, for operations that tfjs-core lets have whole numbers too. */
export function withFloats<T>(
  backend: WasmBackend,
  tensors: readonly TensorInfo[],
  use: (...floats: TensorInfo[]) => T,
): T {
  const floats = tensors.map((x) =>
    x.dtype === 'float32' ? x : stockKernel(backend, Cast, { x }, { dtype: 'float32' }),
  )
  try {
    return use(...floats)
  } finally {
    floats.forEach((float, i) => {
      if (float !== tensors[i]) backend.disposeData(float.dataId)
    })
  }
}
