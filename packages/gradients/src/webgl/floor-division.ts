import { Cast, Floor, FloorDiv, RealDiv, type TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { otherKernel } from '../other-kernel.ts'
import { askedOfGpu, trialTensor } from '../trial.ts'
import type { WebGLBackend } from './backend.ts'

/** Upstream fault: tfjs-backend-webgl's FloorDiv rounds both operands before it divides them, as if all were integers. */
export const floorDivision: KernelFix = {
  kernelName: FloorDiv,
  backendName: 'webgl',
  hasFault: (kernel) => {
    const tensor = trialTensor([1])
    return askedOfGpu({ kernel, inputs: { a: tensor, b: tensor }, attrs: {} }).shaders.some(({ code }) =>
      /round\(a\)/.test(code),
    )
  },
  mend: (stock) =>
    stock && {
      ...stock,
      kernelFunc: ({ inputs, backend }) => {
        const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
        if (a.dtype === 'int32' && b.dtype === 'int32') return stock.kernelFunc({ inputs, backend, attrs: {} })
        const quotient = otherKernel('webgl', backend, RealDiv, { a, b })
        const floor = otherKernel('webgl', backend, Floor, { x: quotient })
        const result = otherKernel('webgl', backend, Cast, { x: floor }, { dtype: 'int32' })
        for (const info of [quotient, floor]) (backend as WebGLBackend).disposeIntermediateTensorInfo(info)
        return result
      },
    },
}
