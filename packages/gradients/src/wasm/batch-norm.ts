import {
  FusedBatchNorm,
  type FusedBatchNormAttrs,
  type KernelConfig,
  type TensorInfo,
  Tile,
  util,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { gradientModule } from './module.ts'
import { stockKernel } from './stock-kernel.ts'
import { withFloats } from './with-floats.ts'

const parameterNames = ['mean', 'variance', 'offset', 'scale'] as const

/**
 * Upstream faults: tfjs-backend-wasm's FusedBatchNorm goes value by value, nearly as long as the 1×1 convolutions before it take, and
 * repeats statistics along the last axis whatever their shape. And the engine fails to differentiate it without offset or scale: it
 * takes the inputs' names for those of tensors, so that an absent one must not be named.
 */
export const batchNorm: KernelConfig = {
  kernelName: FusedBatchNorm,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    for (const name of parameterNames) if (inputs[name] == null) delete inputs[name]
    const x = inputs['x'] as TensorInfo
    const { varianceEpsilon } = attrs as unknown as FusedBatchNormAttrs
    const wasm = backend as WasmBackend
    const y = wasm.makeOutput(x.shape, 'float32')
    // The parameters repeat themselves over the leading axes along which none of them varies.
    const present = parameterNames.flatMap((name) => inputs[name] ?? []) as TensorInfo[]
    const rank = x.shape.length
    const first = x.shape.findIndex((_, axis) => present.some(({ shape }) => (shape.at(axis - rank) ?? 1) > 1))
    const block = x.shape.slice(first)
    const length = util.sizeFromShape(block)
    const spread = new Map(present.map((t) => [t, broadcast(wasm, t, block)]))
    withScratch(wasm, 3 * length * 4, (address) => {
      const [means, variances, offsets, scales] = parameterNames.map((name) => {
        const parameter = spread.get(inputs[name] as TensorInfo)
        return parameter && wasm.typedArrayFromHeap(parameter)
      })
      const parameters = new Float32Array(means!.buffer, address, 3 * length)
      for (let i = 0; i < length; i++) {
        parameters[i] = means![i]!
        parameters[length + i] = (scales?.[i] ?? 1) / Math.sqrt(variances![i]! + varianceEpsilon)
        parameters[2 * length + i] = offsets?.[i] ?? 0
      }
      const pixels = util.sizeFromShape(x.shape) / length
      withFloats(wasm, [x], (floats) =>
        gradientModule(wasm).batchNorm(addressOf(wasm, floats!), addressOf(wasm, y), address, pixels, length),
      )
    })
    for (const [t, repeated] of spread) if (repeated !== t) wasm.disposeData(repeated.dataId)
    return y
  },
}

/** The tensor repeated to this shape; its own where it has it already. */
function broadcast(backend: WasmBackend, t: TensorInfo, shape: number[]): TensorInfo {
  if (util.sizeFromShape(t.shape) === util.sizeFromShape(shape)) return t
  const own = shape.map((_, axis) => t.shape.at(axis - shape.length) ?? 1)
  const reps = shape.map((size, axis) => size / own[axis]!)
  return stockKernel(backend, Tile, { x: { dataId: t.dataId, dtype: t.dtype, shape: own } }, { reps })
}
