import { FusedBatchNorm, type TensorInfo, Tile, util } from '@tensorflow/tfjs-core'
import type { CpuBackend } from './cpu/backend.ts'
import type { KernelFix } from './kernel-fix.ts'
import { otherKernel } from './other-kernel.ts'
import { askedOfGpu, trialTensor, valuesOf } from './trial.ts'

const parameterNames = ['mean', 'variance', 'offset', 'scale']

/**
 * Upstream fault, on every backend: batch normalisation without offset or scale cannot be differentiated. The engine records the
 * kernel's inputs by name and stumbles over one that is named and absent, so that it must not be named.
 */
const batchNorm = (backendName: string, repeat?: typeof repeatParameters): KernelFix => ({
  kernelName: FusedBatchNorm,
  backendName,
  hasFault: (kernel) => {
    const one = trialTensor([1])
    const inputs = { x: trialTensor([1, 1, 1, 1]), mean: one, variance: one, offset: undefined, scale: undefined }
    const trial = { kernel, inputs: inputs as unknown as Record<string, TensorInfo>, attrs: { varianceEpsilon: 1 } }
    if (backendName === 'cpu') valuesOf(trial)
    else askedOfGpu(trial)
    return 'scale' in inputs
  },
  mend: (stock) =>
    stock && {
      ...stock,
      kernelFunc: ({ inputs, backend, attrs }) => {
        for (const name of parameterNames) if (inputs[name] == null) delete inputs[name]
        const run = (own: Record<string, TensorInfo>) => stock.kernelFunc({ inputs: own, backend, attrs: attrs! })
        const given = inputs as Record<string, TensorInfo>
        return repeat ? repeat(backend as CpuBackend, given, run) : run(given)
      },
    },
})

export const batchNorms: readonly KernelFix[] = [
  batchNorm('cpu', repeatParameters),
  batchNorm('webgl'),
  batchNorm('webgpu'),
  batchNorm('tensorflow'),
]

/** Upstream fault: tfjs-backend-cpu repeats statistics along the last axis whatever their shape. */
function repeatParameters<T>(
  backend: CpuBackend,
  inputs: Record<string, TensorInfo>,
  run: (inputs: Record<string, TensorInfo>) => T,
): T {
  const { shape } = inputs['x']!
  const repeated: TensorInfo[] = []
  const spread = Object.entries(inputs).map(([name, t]) => {
    const varying = t.shape.findIndex((size) => size > 1)
    const fits = varying < 0 || util.arraysEqual(t.shape.slice(varying), shape.slice(varying - t.shape.length))
    if (fits) return [name, t]
    const own = { ...t, shape: shape.map((_, axis) => t.shape.at(axis - shape.length) ?? 1) }
    const tiled = otherKernel(
      'cpu',
      backend,
      Tile,
      { x: own },
      { reps: shape.map((size, axis) => size / own.shape[axis]!) },
    )
    repeated.push(tiled)
    return [name, tiled]
  })
  const result = run(Object.fromEntries(spread))
  for (const info of repeated) backend.disposeIntermediateTensorInfo(info)
  return result
}
