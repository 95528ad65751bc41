import {
  type KernelConfig,
  MaxPoolWithArgmax,
  type MaxPoolWithArgmaxAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'
import { poolGeometry, poolInfo } from './pool-geometry.ts'
import { withFloats } from './with-floats.ts'

/**
 * Upstream fault: tfjs-backend-wasm's MaxPoolWithArgmax answers about zero for a window of negative values, names the last of several
 * maxima, unlike the cpu backend, and is wrong where there is padding.
 */
export const maxPoolWithArgmax: KernelConfig = {
  kernelName: MaxPoolWithArgmax,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x } = inputs as { x: TensorInfo }
    const { includeBatchInIndex, ...pooling } = attrs as unknown as MaxPoolWithArgmaxAttrs
    const pool = poolInfo(x.shape, pooling)
    const wasm = backend as WasmBackend
    const y = wasm.makeOutput(pool.outShape, 'float32')
    const positions = wasm.makeOutput(pool.outShape, 'int32')
    const geometry = poolGeometry(pool, pool.outShape)
    const module = gradientModule(wasm)
    withFloats(wasm, [x], (floats) => {
      const source = addressOf(wasm, floats!)
      module.maxPool3d(source, addressOf(wasm, y), ...geometry)
      module.maxPoolPositions(source, addressOf(wasm, positions), Number(includeBatchInIndex ?? false), ...geometry)
    })
    return [y, positions]
  },
}
