import {
  backend_util,
  Cast,
  type DataType,
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

/** Upstream fault: tfjs-backend-wasm's Dilation2D is wrong with every padding and stride. */
export const dilation2d: KernelConfig = {
  kernelName: Dilation2D,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
    const wasm = backend as WasmBackend
    const { outShape, sizes } = geometry(x, filter, attrs as unknown as Dilation2DAttrs)
    const y = wasm.makeOutput(outShape, 'float32')
    const [floats, taps] = [as(wasm, x, 'float32'), as(wasm, filter, 'float32')]
    gradientModule(wasm).dilation2d(addressOf(wasm, floats), addressOf(wasm, taps), 0, addressOf(wasm, y), 0, ...sizes)
    if (floats !== x) wasm.disposeData(floats.dataId)
    if (taps !== filter) wasm.disposeData(taps.dataId)
    const out = as(wasm, y, x.dtype)
    if (out !== y) wasm.disposeData(y.dataId)
    return out
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
      const [xAt, filterAt, dyAt, at] = [x, filter, dy, gradient].map((t) => addressOf(wasm, t)) as [
        number,
        number,
        number,
        number,
      ]
      gradientModule(wasm).dilation2d(xAt, filterAt, dyAt, at, Number(byFilter), ...sizes)
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

const as = (backend: WasmBackend, x: TensorInfo, dtype: DataType): TensorInfo =>
  x.dtype === dtype ? x : stockKernel(backend, Cast, { x }, { dtype })
