import {
  _FusedMatMul,
  type _FusedMatMulAttrs,
  Add,
  BatchMatMul,
  Elu,
  LeakyRelu,
  Prelu,
  Relu,
  Relu6,
  Sigmoid,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import type { WasmBackend } from './backend.ts'
import { isBackendsOwn } from './backends-own.ts'
import { stockKernel } from './stock-kernel.ts'

const activations: Record<string, string> = {
  relu: Relu,
  relu6: Relu6,
  prelu: Prelu,
  leakyrelu: LeakyRelu,
  sigmoid: Sigmoid,
  elu: Elu,
}

/**
 * Upstream fault: tfjs-backend-wasm's _FusedMatMul adds the bias of other columns, and is slow, unless it multiplies one matrix with
 * one other and neither is transposed. Here the other cases are a product, an addition and an activation.
 */
export const fusedMatMul: KernelFix = {
  kernelName: _FusedMatMul,
  backendName: 'wasm',
  hasFault: isBackendsOwn,
  mend: (present) =>
    present && {
      ...present,
      kernelFunc: (call) => {
        const {
          a,
          b,
          bias,
          preluActivationWeights: alpha,
        } = call.inputs as unknown as Record<string, TensorInfo> & {
          a: TensorInfo
          b: TensorInfo
        }
        const { transposeA, transposeB, activation, leakyreluAlpha } = call.attrs as unknown as _FusedMatMulAttrs
        const isSingle = a.shape[0] === 1 && b.shape[0] === 1
        if (isSingle && !transposeA && !transposeB) return present.kernelFunc(call)
        const backend = call.backend as WasmBackend
        const steps = [stockKernel(backend, BatchMatMul, { a, b }, { transposeA, transposeB })]
        const then = (kernelName: string, inputs: Record<string, TensorInfo>, attrs = {}) =>
          steps.push(stockKernel(backend, kernelName, inputs, attrs))
        if (bias) then(Add, { a: steps.at(-1)!, b: bias })
        const kernelName = activations[activation]
        const x = steps.at(-1)!
        if (kernelName) then(kernelName, alpha ? { x, alpha } : { x }, { alpha: leakyreluAlpha })
        const out = steps.pop()!
        for (const { dataId } of steps) backend.disposeData(dataId)
        return out
      },
    },
}
