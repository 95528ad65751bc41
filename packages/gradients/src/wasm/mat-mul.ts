import {
  _FusedMatMul,
  BatchMatMul,
  type BatchMatMulAttrs,
  broadcast_util,
  type KernelConfig,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { gradientModule } from './module.ts'
import { stockKernel } from './stock-kernel.ts'

/**
 * Upstream fault: tfjs-backend-wasm multiplies matrices fast only where there is one of each and neither is transposed, and 10 to 50
 * times slower otherwise; both gradients of a dense layer transpose one, and attention multiplies batches.
 */
export const matMul: KernelConfig = {
  kernelName: BatchMatMul,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const wasm = backend as WasmBackend
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    if (a.dtype !== 'float32' || b.dtype !== 'float32')
      throw new Error('BatchMatMul on wasm multiplies float32 only; cast the operands.')
    const { transposeA, transposeB } = attrs as unknown as BatchMatMulAttrs
    const [aRows, aColumns] = a.shape.slice(-2) as [number, number]
    const [bRows, bColumns] = b.shape.slice(-2) as [number, number]
    const [rows, inner] = transposeA ? [aColumns, aRows] : [aRows, aColumns]
    const columns = transposeB ? bRows : bColumns
    const aBatch = util.sizeFromShape(a.shape.slice(0, -2))
    const bBatch = util.sizeFromShape(b.shape.slice(0, -2))
    const shape = [
      ...broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)),
      rows,
      columns,
    ]
    if (aBatch === 1 && bBatch === 1 && !transposeA && !transposeB) {
      const matrix = ({ dataId, dtype }: TensorInfo, ...sizes: number[]) => ({ dataId, dtype, shape: [1, ...sizes] })
      const of = { a: matrix(a, rows, inner), b: matrix(b, inner, columns) }
      const out = stockKernel(wasm, _FusedMatMul, of, { transposeA, transposeB, activation: 'linear' })
      return { ...out, shape }
    }
    const out = wasm.makeOutput(shape, 'float32')
    const module = gradientModule(wasm)
    withScratch(wasm, module.matMulScratch(inner, columns), (scratch) =>
      module.matMul(
        addressOf(wasm, a),
        addressOf(wasm, b),
        addressOf(wasm, out),
        scratch,
        aBatch,
        bBatch,
        rows,
        inner,
        columns,
        Number(transposeA),
        Number(transposeB),
      ),
    )
    return out
  },
}
