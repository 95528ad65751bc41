import {
  backend_util,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream fault: tfjs-backend-wasm has no Conv2DBackpropFilter, so no convolution can be trained, and no fused convolution
 * differentiated even by its input ("Kernel 'Conv2DBackpropFilter' not registered for backend 'wasm'").
 */
export const conv2dFilterGradient: KernelConfig = {
  kernelName: Conv2DBackpropFilter,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as Conv2DBackpropFilterAttrs
    const format = backend_util.convertConv2DDataFormat(dataFormat)
    if (format !== 'channelsLast')
      throw new Error("Conv2DBackpropFilter on wasm takes dataFormat 'NHWC' only, as Conv2D does.")
    const shape = x.shape as [number, number, number, number]
    const conv = backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode, false, format)
    const wasm = backend as WasmBackend
    const module = gradientModule(wasm)
    const dw = wasm.makeOutput(conv.filterShape, 'float32')
    const { filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, inChannels, outChannels } = conv
    const scratch = module.conv2dFilterGradientScratch(
      inChannels,
      outChannels,
      filterHeight,
      filterWidth,
      outHeight,
      outWidth,
      strideHeight,
      strideWidth,
    )
    withScratch(wasm, scratch, (address) =>
      module.conv2dFilterGradient(
        addressOf(wasm, x),
        addressOf(wasm, dy),
        addressOf(wasm, dw),
        address,
        conv.batchSize,
        conv.inHeight,
        conv.inWidth,
        inChannels,
        outHeight,
        outWidth,
        outChannels,
        filterHeight,
        filterWidth,
        strideHeight,
        strideWidth,
        conv.padInfo.top,
        conv.padInfo.left,
      ),
    )
    return dw
  },
}
