import {
  _FusedMatMul,
  BatchMatMul,
  type BatchMatMulAttrs,
  broadcast_util,
  type KernelConfig,
  type TensorInfo,
  Transpose,
  util,
} from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'
import { stockKernel } from './stock-kernel.ts'

/**
 * Upstream fault: tfjs-backend-wasm multiplies matrices fast only where neither is transposed, and 10 to 50 times slower otherwise;
 * both gradients of a dense layer transpose one. Here an operand is transposed first, in memory, unless there is a batch of them.
 */
export const matMul: KernelConfig = {
  kernelName: BatchMatMul,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const wasm = backend as WasmBackend
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    const { transposeA, transposeB } = attrs as unknown as BatchMatMulAttrs
    const a3d = asRank3(a)
    const b3d = asRank3(b)
    const single = a3d.shape[0] === 1 && b3d.shape[0] === 1
    const left = single && transposeA ? transposed(wasm, a3d) : a3d
    const right = single && transposeB ? transposed(wasm, b3d) : b3d
    const out = stockKernel(
      wasm,
      _FusedMatMul,
      { a: left, b: right },
      { transposeA: transposeA && !single, transposeB: transposeB && !single, activation: 'linear' },
    )
    if (left !== a3d) wasm.disposeData(left.dataId)
    if (right !== b3d) wasm.disposeData(right.dataId)
    const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
    return { ...out, shape: [...batch, ...out.shape.slice(1)] }
  },
}

const asRank3 = ({ dataId, dtype, shape }: TensorInfo): TensorInfo => ({
  dataId,
  dtype,
  shape: [util.sizeFromShape(shape.slice(0, -2)), ...shape.slice(-2)],
})

const transposed = (backend: WasmBackend, x: TensorInfo) => stockKernel(backend, Transpose, { x }, { perm: [0, 2, 1] })
