import { type TensorInfo, Transform, util } from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { trialTensor, valuesOf } from '../trial.ts'
import type { CpuBackend } from './backend.ts'

/** Upstream fault: tfjs-backend-cpu's Transform returns after the first image of a batch. */
export const transform: KernelFix = {
  kernelName: Transform,
  backendName: 'cpu',
  hasFault: (kernel) => {
    const image = trialTensor([2, 1, 1, 1], Float32Array.of(1, 2))
    const inputs = { image, transforms: trialTensor([1, 8], Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0)) }
    const attrs = { interpolation: 'nearest', fillMode: 'constant', fillValue: 0 }
    return valuesOf({ kernel, inputs, attrs })[1] === 0
  },
  mend: (stock) =>
    stock && {
      ...stock,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const { image, transforms } = inputs as Record<string, TensorInfo>
        const cpu = backend as CpuBackend
        const images = image!.shape[0]!
        const row = (t: TensorInfo, i: number) => {
          const shape = [1, ...t.shape.slice(1)]
          const start = (t.shape[0] === 1 ? 0 : i) * util.sizeFromShape(shape)
          const values = (cpu.readSync(t.dataId) as Float32Array).slice(start, start + util.sizeFromShape(shape))
          return cpu.makeTensorInfo(shape, t.dtype, values)
        }
        const results = Array.from({ length: images }, (_, i) => {
          const own = { image: row(image!, i), transforms: row(transforms!, i) }
          const result = stock.kernelFunc({ inputs: own, backend, attrs: attrs! }) as TensorInfo
          for (const info of Object.values(own)) cpu.disposeIntermediateTensorInfo(info)
          return result
        })
        const shape = [images, ...results[0]!.shape.slice(1)]
        const values = util.getTypedArrayFromDType(image!.dtype as 'float32', util.sizeFromShape(shape))
        results.forEach((result, i) => {
          values.set(cpu.readSync(result.dataId) as Float32Array, (i * values.length) / images)
          cpu.disposeIntermediateTensorInfo(result)
        })
        return cpu.makeTensorInfo(shape, image!.dtype, values)
      },
    },
}
