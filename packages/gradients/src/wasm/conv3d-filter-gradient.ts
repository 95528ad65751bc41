import {
  Conv2DBackpropFilter,
  Conv3DBackpropFilterV2,
  type Conv3DBackpropFilterV2Attrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'
import { unfolded } from './conv3d.ts'
import { exchanged, planes } from './conv3d-planes.ts'
import { stockKernel } from './stock-kernel.ts'
import { withFloats } from './with-floats.ts'

/** Upstream fault: tfjs-backend-wasm's Conv3DBackpropFilterV2 is wrong with strides, and a plain loop. */
export const conv3dFilterGradient: KernelConfig = {
  kernelName: Conv3DBackpropFilterV2,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const { strides, pad, filterShape } = attrs as unknown as Conv3DBackpropFilterV2Attrs
    const wasm = backend as WasmBackend
    const plan = planes(x.shape, filterShape, strides, pad)
    const { filterDepth, filterHeight, filterWidth, inChannels, outChannels } = plan.conv
    const images = withFloats(wasm, [x], (floats) => unfolded(wasm, floats!, plan))
    const flat = stockKernel(
      wasm,
      Conv2DBackpropFilter,
      { x: images, dy: { ...dy, shape: plan.outputs } },
      { ...plan.attrs, filterShape: plan.filter },
    )
    wasm.disposeData(images.dataId)
    const groups = [filterHeight * filterWidth, filterDepth, inChannels * outChannels] as const
    const dw = exchanged(wasm, flat, groups, filterShape)
    wasm.disposeData(flat.dataId)
    return dw
  },
}
