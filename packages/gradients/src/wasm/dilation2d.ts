import {
  backend_util,
  Cast,
  Dilation2D,
  type Dilation2DAttrs,
  Dilation2DBackpropFilter,
  Dilation2DBackpropInput,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'
import { stockKernel } from './stock-kernel.ts'
import { withFloats } from './with-floats.ts'

/** Upstream fault: tfjs-backend-wasm's Dilation2D is wrong with every padding and stride. */
export const dilation2d: KernelConfig = {
  kernelName: Dilation2D,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
    const wasm = backend as WasmBackend
    const { outShape, sizes } = geometry(x, filter, attrs as unknown as Dilation2DAttrs)
    const y = wasm.makeOutput(outShape, 'float32')
    withFloats(wasm, [x, filter], (...operands) => {
      const [xAt, filterAt, yAt] = [...operands, y].map((t) => addressOf(wasm, t)) as [number, number, number]
      gradientModule(wasm).dilation2d(xAt, filterAt, 0, yAt, 0, ...sizes)
    })
    if (x.dtype === 'float32') return y
    const whole = stockKernel(wasm, Cast, { x: y }, { dtype: x.dtype })
    wasm.disposeData(y.dataId)
    return whole
  },
}

/** Upstream fault: tfjs-backend-wasm's Dilation2DBackpropInput takes other maxima than its forward pass should. The first one counts. */
export const dilation2dInputGradient: KernelConfig = gradientOf(Dilation2DBackpropInput)

/** See {@link dilation2dInputGradient}. */
export const dilation2dFilterGradient: KernelConfig = gradientOf(Dilation2DBackpropFilter)

function gradientOf(kernelName: string): KernelConfig {
  const byFilter = kernelName === Dilation2DBackpropFilter
  return {
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x, filter, dy } = inputs as { x: TensorInfo; filter: TensorInfo; dy: TensorInfo }
      const wasm = backend as WasmBackend
      const { sizes } = geometry(x, filter, attrs as unknown as Dilation2DAttrs)
      const gradient = wasm.makeOutput(byFilter ? filter.shape : x.shape, 'float32')
      wasm.typedArrayFromHeap(gradient).fill(0)
      withFloats(wasm, [x, filter], (...operands) => {
        const addresses = [...operands, dy, gradient].map((t) => addressOf(wasm, t))
        const [xAt, filterAt, dyAt, at] = addresses as [number, number, number, number]
        gradientModule(wasm).dilation2d(xAt, filterAt, dyAt, at, Number(byFilter), ...sizes)
      })
      return gradient
    },
  }
}

function geometry(x: TensorInfo, filter: TensorInfo, { strides, pad, dilations }: Dilation2DAttrs) {
  const info = backend_util.computeDilation2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number],
    strides,
    pad,
    'NHWC',
    dilations,
  )
  const sizes = [
    ...[info.batchSize, info.inChannels, info.inHeight, info.inWidth, info.outHeight, info.outWidth],
    ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth],
    ...[info.dilationHeight, info.dilationWidth, info.padInfo.top, info.padInfo.left],
  ]
  return { outShape: info.outShape, sizes }
}
