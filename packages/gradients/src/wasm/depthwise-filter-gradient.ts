import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type KernelConfig,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { depthwiseGeometry } from './depthwise-geometry.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream fault: tfjs-backend-wasm has no DepthwiseConv2dNativeBackpropFilter, so no depthwise convolution can be trained, and no
 * fused one differentiated even by its input.
 */
export const depthwiseFilterGradient: KernelConfig = {
  kernelName: DepthwiseConv2dNativeBackpropFilter,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const { strides, dilations, pad, dimRoundingMode, filterShape } =
      attrs as unknown as DepthwiseConv2dNativeBackpropFilterAttrs
    const conv = backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filterShape,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      true,
    )
    const wasm = backend as WasmBackend
    const module = gradientModule(wasm)
    const dw = wasm.makeOutput(filterShape, 'float32')
    const gradient = (source: number) =>
      module.depthwiseFilterGradient(
        source,
        addressOf(wasm, dy),
        addressOf(wasm, dw),
        ...depthwiseGeometry(conv, dy.shape),
      )
    const multiplier = conv.outChannels / conv.inChannels
    if (multiplier === 1) {
      gradient(addressOf(wasm, x))
    } else {
      const size = util.sizeFromShape(x.shape)
      withScratch(wasm, size * multiplier * 4, (address) => {
        module.repeat(addressOf(wasm, x), address, size, 4, multiplier)
        gradient(address)
      })
    }
    return dw
  },
}
