import {
  backend_util,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend, withScratch } from './backend.ts'
import { depthwiseGeometry } from './depthwise-geometry.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream fault: tfjs-backend-wasm has no DepthwiseConv2dNativeBackpropInput, so no network with a depthwise convolution, such as
 * every MobileNet, can be differentiated.
 */
export const depthwiseInputGradient: KernelConfig = {
  kernelName: DepthwiseConv2dNativeBackpropInput,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo }
    const { strides, dilations, pad, dimRoundingMode, inputShape } =
      attrs as unknown as DepthwiseConv2dNativeBackpropInputAttrs
    const conv = backend_util.computeConv2DInfo(
      inputShape,
      filter.shape as [number, number, number, number],
      strides,
      dilations,
      pad,
      dimRoundingMode,
      true,
    )
    const wasm = backend as WasmBackend
    const module = gradientModule(wasm)
    const dx = wasm.makeOutput(conv.inShape, 'float32')
    const { inWidth, filterHeight, filterWidth, inChannels, outChannels } = conv
    const tables = module.depthwiseInputGradientScratch(inWidth, filterHeight, filterWidth)
    const positions = dx.shape.slice(0, 3).reduce((a, b) => a * b)
    const multiplier = outChannels / inChannels
    withScratch(wasm, tables + (multiplier > 1 ? positions * outChannels * 4 : 0), (address) => {
      const target = multiplier > 1 ? address + tables : addressOf(wasm, dx)
      const sources = [addressOf(wasm, dy), addressOf(wasm, filter)] as const
      module.depthwiseInputGradient(...sources, target, address, ...depthwiseGeometry(conv, dy.shape))
      if (multiplier > 1) module.sum(target, addressOf(wasm, dx), positions * inChannels, multiplier, 1, 1)
    })
    return dx
  },
}
