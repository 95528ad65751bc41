import {
  FusedBatchNorm,
  type FusedBatchNormAttrs,
  type KernelConfig,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { gradientModule } from './module.ts'

/** Upstream fault: tfjs-backend-wasm's FusedBatchNorm goes value by value, nearly as long as the 1×1 convolutions before it take. */
export const batchNorm: KernelConfig = {
  kernelName: FusedBatchNorm,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, mean, variance, offset, scale } = inputs as Record<string, TensorInfo> & { x: TensorInfo }
    const { varianceEpsilon } = attrs as unknown as FusedBatchNormAttrs
    const wasm = backend as WasmBackend
    const y = wasm.makeOutput(x.shape, 'float32')
    // The statistics are those of a channel or, rarely, of the activations' own shape; each repeats itself as often as it must.
    const length = Math.max(...[mean, variance, offset, scale].map((t) => (t ? util.sizeFromShape(t.shape) : 1)))
    withScratch(wasm, 3 * length * 4, (address) => {
      const heap = (t: TensorInfo | undefined) => (t ? wasm.typedArrayFromHeap(t) : undefined)
      const [means, variances, offsets, scales] = [heap(mean)!, heap(variance)!, heap(offset), heap(scale)]
      const parameters = new Float32Array(means.buffer, address, 3 * length)
      for (let i = 0; i < length; i++) {
        const root = Math.sqrt(variances[i % variances.length]! + varianceEpsilon)
        parameters[i] = means[i % means.length]!
        parameters[length + i] = (scales?.[i % scales.length] ?? 1) / root
        parameters[2 * length + i] = offsets?.[i % offsets.length] ?? 0
      }
      const pixels = util.sizeFromShape(x.shape) / length
      gradientModule(wasm).batchNorm(addressOf(wasm, x), addressOf(wasm, y), address, pixels, length)
    })
    return y
  },
}
