import {
  Add,
  Atan2,
  Equal,
  FloorDiv,
  Greater,
  GreaterEqual,
  type KernelConfig,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalOr,
  Maximum,
  Minimum,
  Mod,
  Multiply,
  NotEqual,
  Pow,
  Prelu,
  RealDiv,
  SquaredDifference,
  Sub,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { askedOfGpu, trialTensor } from '../trial.ts'

/**
 * Upstream fault: where one operand has one dimension and the other five or six, as when a bias is added to a convolution of volumes,
 * tfjs-backend-webgpu's shader is not valid, and everything submitted with it is silently zero. Here the larger one is taken as a matrix.
 */
const binary = (kernelName: string): KernelFix => ({
  kernelName,
  backendName: 'webgpu',
  hasFault: (kernel) => {
    const [a, b] = operandNames(kernelName)
    const inputs = { [a]: trialTensor([1, 1, 1, 1, 2]), [b]: trialTensor([2]) }
    return askedOfGpu({ kernel, inputs, attrs: {} }).shaders.some(({ code }) => code.includes('coords[4]'))
  },
  mend: (stock) => stock && { ...stock, kernelFunc: withMatrices(stock) },
})

export const binaries: readonly KernelFix[] = [
  Add,
  Atan2,
  Equal,
  FloorDiv,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalOr,
  Maximum,
  Minimum,
  Mod,
  Multiply,
  NotEqual,
  Pow,
  Prelu,
  RealDiv,
  SquaredDifference,
  Sub,
].map(binary)

const operandNames = (kernelName: string): [string, string] => (kernelName === Prelu ? ['x', 'alpha'] : ['a', 'b'])

function withMatrices(stock: KernelConfig): KernelConfig['kernelFunc'] {
  return ({ inputs, backend, attrs }) => {
    const run = (own: Record<string, TensorInfo>) =>
      stock.kernelFunc({ inputs: own, backend, attrs: attrs! }) as TensorInfo
    const names = operandNames(stock.kernelName)
    const [large, small] = names
      .map((name) => inputs[name] as TensorInfo)
      .sort((a, b) => b.shape.length - a.shape.length) as [TensorInfo, TensorInfo]
    const length = large.shape.at(-1)
    const isShared = large.shape.length > 4 && small.shape.length === 1 && small.shape[0] === length
    if (!isShared || large.dtype === 'complex64') return run(inputs as Record<string, TensorInfo>)
    const matrix = { ...large, shape: [util.sizeFromShape(large.shape.slice(0, -1)), length!] }
    const entries = names.map((name) => [name, inputs[name] === large ? matrix : small])
    return { ...run(Object.fromEntries(entries)), shape: large.shape }
  }
}
