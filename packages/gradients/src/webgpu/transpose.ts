import { type TensorInfo, Transpose, type TransposeAttrs } from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { askedOfGpu, trialTensor } from '../trial.ts'
import { eachOutput, type WebGPUBackend } from './backend.ts'

/**
 * Upstream fault: tfjs-backend-webgpu's shader for transposing writes floats only. For booleans and integers of three dimensions or
 * more it is not valid, and everything submitted with it is silently zero.
 */
export const transpose: KernelFix = {
  kernelName: Transpose,
  backendName: 'webgpu',
  hasFault: (kernel) => {
    const x = trialTensor([1, 1, 1], new Int32Array(1), 'int32')
    const { shaders } = askedOfGpu({ kernel, inputs: { x }, attrs: { perm: [0, 2, 1] } })
    return shaders.some(({ code }) => /setOutputAtIndex\(\w+, A\[/.test(code))
  },
  mend: (stock) =>
    stock && {
      ...stock,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const webgpu = backend as WebGPUBackend
        const x = inputs['x'] as TensorInfo
        const { perm } = attrs as unknown as TransposeAttrs
        const isRight = x.shape.length < 3 || webgpu.tensorMap.get(x.dataId).dtype === 'float32'
        return isRight ? stock.kernelFunc({ inputs, backend, attrs: attrs! }) : transposeIntegers(webgpu, x, perm)
      },
    },
}

function transposeIntegers(backend: WebGPUBackend, x: TensorInfo, perm: readonly number[]): TensorInfo {
  const rank = perm.length
  const coordinates = perm.map((_, axis) => `coords.${'xyzwuv'[perm.indexOf(axis)]}`)
  const vector = rank < 5 ? `vec${rank}<i32>` : `vec${rank}`
  const body = `
    let coords = getCoordsFromIndex(index);
    setOutputAtIndexI32(index, x[getIndexFromCoords${rank}D(${vector}(${coordinates}), uniforms.xShape)]);`
  const shape = perm.map((axis) => x.shape[axis]!)
  return backend.runWebGPUProgram(eachOutput(['x'], shape, body), [x], x.dtype)
}
