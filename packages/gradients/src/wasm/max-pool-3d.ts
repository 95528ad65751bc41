import { type KernelConfig, MaxPool3D, type TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'
import { type PoolAttrs, poolGeometry, poolInfo } from './pool-geometry.ts'
import { withFloats } from './with-floats.ts'

/** Upstream fault: tfjs-backend-wasm's MaxPool3D answers about zero for a window of negative values. */
export const maxPool3d: KernelConfig = {
  kernelName: MaxPool3D,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x } = inputs as { x: TensorInfo }
    const pool = poolInfo(x.shape, attrs as unknown as PoolAttrs)
    const wasm = backend as WasmBackend
    const y = wasm.makeOutput(pool.outShape, 'float32')
    withFloats(wasm, [x], (floats) =>
      gradientModule(wasm).maxPool3d(
        addressOf(wasm, floats!),
        addressOf(wasm, y),
        ...poolGeometry(pool, pool.outShape),
      ),
    )
    return y
  },
}
