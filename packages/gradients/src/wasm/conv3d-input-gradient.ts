import {
  Conv2DBackpropInput,
  Conv3DBackpropInputV2,
  type Conv3DBackpropInputV2Attrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { flatFilter, planes } from './conv3d-planes.ts'
import { gradientModule } from './module.ts'
import { stockKernel } from './stock-kernel.ts'
import { withFloats } from './with-floats.ts'

/** Upstream fault: tfjs-backend-wasm's Conv3DBackpropInputV2 is wrong with every padding and stride, infinite at times. */
export const conv3dInputGradient: KernelConfig = {
  kernelName: Conv3DBackpropInputV2,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const { strides, pad, inputShape } = attrs as unknown as Conv3DBackpropInputV2Attrs
    const wasm = backend as WasmBackend
    const plan = planes(inputShape, filter.shape, strides, pad)
    const kernel = withFloats(wasm, [filter], (taps) => flatFilter(wasm, taps!, plan))
    const images = stockKernel(
      wasm,
      Conv2DBackpropInput,
      { dy: { ...dy, shape: plan.outputs }, filter: kernel },
      { ...plan.attrs, inputShape: plan.images },
    )
    const dx = wasm.makeOutput(inputShape, 'float32')
    wasm.typedArrayFromHeap(dx).fill(0)
    gradientModule(wasm).foldDepth(addressOf(wasm, images), addressOf(wasm, dx), ...plan.sizes)
    wasm.disposeData(kernel.dataId)
    wasm.disposeData(images.dataId)
    return dx
  },
}
