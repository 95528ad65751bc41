import { Cumprod, Cumsum, type CumsumAttrs, type KernelConfig, Reverse, type TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { otherKernel } from '../other-kernel.ts'
import { askedOfGpu, trialTensor } from '../trial.ts'
import type { WebGPUBackend } from './backend.ts'

/**
 * Upstream fault: in tfjs-backend-webgpu the shader of a cumulative sum or product from the end has the axis' length written into it,
 * but is kept under a name without the length, and so is wrong for every later tensor of another length: so is the gradient of a
 * cumulative sum, which runs from the end. From the start, the shader needs no length.
 */
const cumulative = (kernelName: string): KernelFix => ({
  kernelName,
  backendName: 'webgpu',
  hasFault: (kernel) => {
    const [short, long] = [3, 5].map((length) => shaderFromTheEnd(kernel, length))
    return short?.key === long?.key && short?.code !== long?.code
  },
  mend: (stock) => stock && { ...stock, kernelFunc: throughTheStart(stock) },
})

export const cumulatives: readonly KernelFix[] = [cumulative(Cumsum), cumulative(Cumprod)]

const shaderFromTheEnd = (kernel: KernelConfig, length: number) =>
  askedOfGpu({
    kernel,
    inputs: { x: trialTensor([length]) },
    attrs: { axis: 0, exclusive: false, reverse: true },
  }).shaders[0]

function throughTheStart(stock: KernelConfig): KernelConfig['kernelFunc'] {
  return ({ inputs, backend, attrs }) => {
    const { axis, reverse } = attrs as unknown as CumsumAttrs
    if (!reverse) return stock.kernelFunc({ inputs, backend, attrs: attrs! })
    const flip = (x: TensorInfo) => otherKernel('webgpu', backend, Reverse, { x }, { dims: [axis] })
    const flipped = flip(inputs['x'] as TensorInfo)
    const sums = stock.kernelFunc({
      inputs: { x: flipped },
      backend,
      attrs: { ...attrs, reverse: false },
    }) as TensorInfo
    const result = flip(sums)
    for (const { dataId } of [flipped, sums]) (backend as WebGPUBackend).disposeData(dataId)
    return result
  }
}
