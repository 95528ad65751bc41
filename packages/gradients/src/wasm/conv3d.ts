import { Conv2D, Conv3D, type Conv3DAttrs, type KernelConfig, type TensorInfo } from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { flatFilter, type Planes, planes } from './conv3d-planes.ts'
import { gradientModule } from './module.ts'
import { stockKernel } from './stock-kernel.ts'
import { withFloats } from './with-floats.ts'

/** Upstream fault: tfjs-backend-wasm's Conv3D is a plain loop. Here it runs as a two-dimensional convolution. */
export const conv3d: KernelConfig = {
  kernelName: Conv3D,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
    const { strides, pad, dilations } = attrs as unknown as Conv3DAttrs
    const wasm = backend as WasmBackend
    const plan = planes(x.shape, filter.shape, strides, pad, dilations)
    return withFloats(wasm, [x, filter], (floats, taps) => {
      const images = unfolded(wasm, floats!, plan)
      const kernel = flatFilter(wasm, taps!, plan)
      const y = stockKernel(wasm, Conv2D, { x: images, filter: kernel }, plan.attrs)
      wasm.disposeData(images.dataId)
      wasm.disposeData(kernel.dataId)
      return { ...y, shape: plan.conv.outShape }
    })
  },
}

/** The images of a {@link Planes} of x; the caller disposes of them. */
export function unfolded(backend: WasmBackend, x: TensorInfo, { images: shape, sizes }: Planes): TensorInfo {
  const images = backend.makeOutput(shape, 'float32')
  gradientModule(backend).unfoldDepth(addressOf(backend, x), addressOf(backend, images), ...sizes)
  return images
}
