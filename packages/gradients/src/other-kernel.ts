import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core'

/** Runs another kernel of a backend, outside the engine: the caller disposes of what comes back. */
export function otherKernel(
  backendName: string,
  backend: object,
  kernelName: string,
  inputs: Record<string, TensorInfo>,
  attrs: object = {},
): TensorInfo {
  const kernel = getKernel(kernelName, backendName)
  if (kernel === undefined) throw new Error(`tfjs-backend-${backendName} has no ${kernelName}; import its full build.`)
  return kernel.kernelFunc({ inputs, backend, attrs: attrs as never }) as TensorInfo
}
