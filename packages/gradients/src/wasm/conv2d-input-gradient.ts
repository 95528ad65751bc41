import {
  backend_util,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream fault: tfjs-backend-wasm's Conv2DBackpropInput is a plain loop, ten times slower than the forward convolution.
 *
 * 3×3 filters of stride 1 go by Winograd's algorithm: it was the faster way at every size tried, down to one channel and to images of
 * two pixels. The forward pass does not, because equal pixels must give equal values there, for ties to stay ties.
 */
export const conv2dInputGradient: KernelConfig = {
  kernelName: Conv2DBackpropInput,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attrs as unknown as Conv2DBackpropInputAttrs
    const format = backend_util.convertConv2DDataFormat(dataFormat)
    if (format !== 'channelsLast')
      throw new Error("Conv2DBackpropInput on wasm takes dataFormat 'NHWC' only, as Conv2D does.")
    const shape = filter.shape as [number, number, number, number]
    const conv = backend_util.computeConv2DInfo(inputShape, shape, strides, 1, pad, dimRoundingMode, false, format)
    const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels, padInfo } = conv
    const wasm = backend as WasmBackend
    const module = gradientModule(wasm)
    const dx = wasm.makeOutput(conv.inShape, 'float32')
    const winograd = filterHeight === 3 && filterWidth === 3 && strideHeight === 1 && strideWidth === 1
    const bytes = winograd
      ? module.winogradInputGradientScratch(outChannels, inChannels)
      : module.conv2dInputGradientScratch(filterHeight, filterWidth, inChannels, outChannels, strideHeight, strideWidth)
    withScratch(wasm, bytes, (scratch) => {
      const addresses = [addressOf(wasm, dy), addressOf(wasm, filter), addressOf(wasm, dx), scratch] as const
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
      if (winograd) module.winogradInputGradient(...addresses, ...images, ...pads)
      else {
        const windows = [filterHeight, filterWidth, strideHeight, strideWidth]
        module.conv2dInputGradient(...addresses, ...images, ...windows, ...pads)
      }
    })
    return dx
  },
}
