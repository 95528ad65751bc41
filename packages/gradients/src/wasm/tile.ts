import { type KernelConfig, type TensorInfo, Tile, type TileAttrs, util } from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream fault: tfjs-backend-wasm's Tile computes the coordinates of every single value, about 40 ns each. The gradient of batch
 * normalisation tiles the variance to the size of the activations: a third of a training step.
 */
export const tile: KernelConfig = {
  kernelName: Tile,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const wasm = backend as WasmBackend
    const x = inputs['x'] as TensorInfo
    const { reps } = attrs as unknown as TileAttrs
    const shape = [...x.shape]
    let out = x
    // From the last axis to the first, each pass repeats whole blocks.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const times = reps[axis] ?? 1
      if (times === 1) continue
      const blocks = util.sizeFromShape(shape.slice(0, axis))
      const bytes = util.sizeFromShape(shape.slice(axis)) * util.bytesPerElement(x.dtype)
      shape[axis]! *= times
      const next = wasm.makeOutput([...shape], x.dtype)
      if (bytes > 0 && times > 0) {
        gradientModule(wasm).repeat(addressOf(wasm, out), addressOf(wasm, next), blocks, bytes, times)
      }
      if (out !== x) wasm.disposeData(out.dataId)
      out = next
    }
    if (out === x) wasm.incRef(x.dataId)
    return { dataId: out.dataId, shape, dtype: x.dtype }
  },
}
