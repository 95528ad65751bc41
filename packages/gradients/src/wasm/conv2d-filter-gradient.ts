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
 *
 * 3×3 filters of stride 1 go by Winograd's algorithm where images are not tiny.
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
    const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels, padInfo } = conv
    const winograd = paysWinograd(conv)
    const bytes = winograd
      ? module.winogradFilterGradientScratch(inChannels, outChannels)
      : module.conv2dFilterGradientScratch(
          inChannels,
          outChannels,
          filterHeight,
          filterWidth,
          conv.outHeight,
          conv.outWidth,
          strideHeight,
          strideWidth,
        )
    withScratch(wasm, bytes, (scratch) => {
      const addresses = [addressOf(wasm, x), addressOf(wasm, dy), addressOf(wasm, dw), scratch] as const
      const images = [
        conv.batchSize,
        conv.inHeight,
        conv.inWidth,
        inChannels,
        conv.outHeight,
        conv.outWidth,
        outChannels,
      ]
      const pads = [padInfo.top, padInfo.left]
      if (winograd) module.winogradFilterGradient(...addresses, ...images, ...pads)
      else {
        const windows = [filterHeight, filterWidth, strideHeight, strideWidth]
        module.conv2dFilterGradient(...addresses, ...images, ...windows, ...pads)
      }
    })
    return dw
  },
}

/** With fewer tiles than that, setting up and transforming the sums takes longer than it saves where there are many channels. */
function paysWinograd(conv: backend_util.Conv2DInfo): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, batchSize, outHeight, outWidth } = conv
  const tiles = batchSize * Math.ceil(outHeight / 4) * Math.ceil(outWidth / 4)
  return filterHeight === 3 && filterWidth === 3 && strideHeight === 1 && strideWidth === 1 && tiles >= 24
}
