import { Cast, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { askedOfGpu, trialTensor } from '../trial.ts'
import { eachOutput, type WebGPUBackend } from './backend.ts'

/**
 * Upstream fault: tfjs-backend-webgpu casts booleans and integers to floats by giving the same buffer another name. What then
 * transposes it, as a sum over any axis but the last does, makes a shader of the wrong type, and everything submitted with that is
 * silently zero.
 */
export const cast: KernelFix = {
  kernelName: Cast,
  backendName: 'webgpu',
  hasFault: (kernel) => {
    const x = trialTensor([1], new Int32Array(1), 'int32')
    return askedOfGpu({ kernel, inputs: { x }, attrs: { dtype: 'float32' } }).result?.dataId === x.dataId
  },
  mend: (stock) =>
    stock && {
      ...stock,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const webgpu = backend as WebGPUBackend
        const result = stock.kernelFunc({ inputs, backend, attrs: attrs! }) as TensorInfo
        const { dataId, dtype, shape } = result
        if (dtype !== 'float32' || webgpu.tensorMap.get(dataId).dtype === 'float32') return result
        const size = util.sizeFromShape(shape)
        const program = eachOutput(['x'], [size], 'setOutputAtIndex(index, f32(x[index]));')
        const floats = webgpu.runWebGPUProgram(program, [{ dataId, dtype, shape: [size] }], dtype)
        webgpu.disposeData(dataId)
        return { ...floats, shape }
      },
    },
}
