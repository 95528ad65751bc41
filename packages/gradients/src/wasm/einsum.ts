import { backend_util, Einsum, type EinsumAttrs, type KernelConfig, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { arranged, contract, type Named } from '../gradients/einsum.ts'

/** Upstream fault: tfjs-backend-wasm has no Einsum. Here two operands are multiplied as matrices. */
export const einsum: KernelConfig = {
  kernelName: Einsum,
  backendName: 'wasm',
  kernelFunc: ({ inputs, attrs }) => {
    const { equation } = attrs as unknown as EinsumAttrs
    const operands = Object.values(inputs) as Tensor[]
    // Refuses what tfjs-core does not know of: more than two operands, an axis named twice.
    const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, operands.length)
    backend_util.checkEinsumDimSizes(allDims.length, idDims, operands)
    const [left, wanted] = equation.replace(/\s/g, '').split('->') as [string, string]
    const [a, b] = left.split(',').map((axes, i): Named => ({ tensor: operands[i]!, axes }))
    return tidy(() => arranged(b ? contract(a!, b, wanted) : a!, wanted))
  },
}
