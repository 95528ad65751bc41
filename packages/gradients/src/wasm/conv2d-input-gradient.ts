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
 * two pixels. The forward pass does not, because equal pixels must give equal values there, for ties to stay ties. Of the other two
 * ways, adding up overlapping windows is the faster one where those are few values for what they are computed from, as in an image.
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
    const addresses = [addressOf(wasm, dy), addressOf(wasm, filter), addressOf(wasm, dx)] as const
    const images = [conv.batchSize, conv.inHeight, conv.inWidth, inChannels, conv.outHeight, conv.outWidth, outChannels]
    const windows = [filterHeight, filterWidth, strideHeight, strideWidth] as const
    const pads = [padInfo.top, padInfo.left]
    if (windows.join() === '3,3,1,1') {
      withScratch(wasm, module.winogradInputGradientScratch(outChannels, inChannels), (scratch) =>
        module.winogradInputGradient(...addresses, scratch, ...images, ...pads),
      )
    } else if (4 * inChannels <= outChannels) {
      const windowSize = filterHeight * filterWidth * inChannels
      withScratch(wasm, module.foldInputGradientScratch(windowSize, outChannels), (scratch) =>
        module.foldInputGradient(...addresses, scratch, ...images, ...windows, ...pads),
      )
    } else {
      const bytes = module.conv2dInputGradientScratch(
        filterHeight,
        filterWidth,
        inChannels,
        outChannels,
        strideHeight,
        strideWidth,
      )
      withScratch(wasm, bytes, (scratch) =>
        module.conv2dInputGradient(...addresses, scratch, ...images, ...windows, ...pads),
      )
    }
    return dx
  },
}
