import {
  backend_util,
  Conv2D,
  Conv2DBackpropInput,
  type Conv2DBackpropInputAttrs,
  type KernelConfig,
  Slice,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'
import { stockKernel } from './stock-kernel.ts'
import { isWinograd, winogradInputGradient } from './winograd.ts'

/**
 * Upstream fault: tfjs-backend-wasm's Conv2DBackpropInput is a plain loop, ten times slower than the forward convolution.
 *
 * The gradient is itself a forward convolution of dy with the filter flipped and its channels exchanged. With strides, the
 * input's rows and columns fall into strideHeight × strideWidth phases, each reached by its own taps: one convolution a phase,
 * together as many multiplications as the forward pass. 3×3 filters of stride 1 go a way with a quarter of the multiplications; the
 * forward pass does not, because equal pixels must give equal values there for ties and gates to be decided as they should.
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
    const filterShape = filter.shape as [number, number, number, number]
    const conv = backend_util.computeConv2DInfo(
      inputShape,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      format,
    )
    const { strideHeight, strideWidth, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } =
      conv
    const wasm = backend as WasmBackend
    if (isWinograd(conv)) return winogradInputGradient(wasm, dy, filter, conv)
    const rows = phases(inHeight, outHeight, filterHeight, strideHeight, padInfo.top)
    const columns = phases(inWidth, outWidth, filterWidth, strideWidth, padInfo.left)
    if (strideHeight === 1 && strideWidth === 1) return phaseGradient(wasm, dy, filter, rows[0]!, columns[0]!, [1, 1])

    const { batchSize, inChannels } = conv
    const dx = wasm.makeOutput(conv.inShape, 'float32')
    wasm.typedArrayFromHeap(dx).fill(0)
    for (const row of rows) {
      for (const column of columns) {
        if (row.size === 0 || column.size === 0 || row.taps === 0 || column.taps === 0) continue
        const part = phaseGradient(wasm, dy, filter, row, column, [strideHeight, strideWidth])
        gradientModule(wasm).scatterPhase(
          addressOf(wasm, part),
          addressOf(wasm, dx),
          batchSize,
          row.size,
          column.size,
          inChannels,
          inHeight,
          inWidth,
          row.start,
          column.start,
          strideHeight,
          strideWidth,
        )
        wasm.disposeData(part.dataId)
      }
    }
    return dx
  },
}

/** Along one axis: the input positions `start + i·stride`, `i < size`, and the taps `firstTap + j·stride`, `j < taps`, that reach them. */
interface Phase {
  readonly start: number
  readonly size: number
  readonly firstTap: number
  readonly taps: number
  /** Zeros to add to dy before and after for a 'valid' convolution to give `size` values; negative: values to leave out. */
  readonly before: number
  readonly after: number
}

function phases(inSize: number, outSize: number, filterSize: number, stride: number, pad: number): Phase[] {
  return Array.from({ length: Math.min(stride, inSize) }, (_, start) => {
    const size = Math.ceil((inSize - start) / stride)
    const firstTap = (start + pad) % stride
    const taps = Math.max(0, Math.ceil((filterSize - firstTap) / stride))
    // Position i gets Σ_j dy[i + shift − j] · w[firstTap + j·stride].
    const shift = (start + pad - firstTap) / stride
    return { start, size, firstTap, taps, before: taps - 1 - shift, after: size + shift - outSize }
  })
}

function phaseGradient(
  backend: WasmBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  row: Phase,
  column: Phase,
  [strideHeight, strideWidth]: readonly [number, number],
): TensorInfo {
  const [, filterWidth, inChannels, outChannels] = filter.shape as [number, number, number, number]
  const kernel = backend.makeOutput([row.taps, column.taps, outChannels, inChannels], 'float32')
  gradientModule(backend).flippedTaps(
    addressOf(backend, filter),
    addressOf(backend, kernel),
    filterWidth,
    inChannels,
    outChannels,
    row.firstTap,
    column.firstTap,
    row.taps,
    column.taps,
    strideHeight,
    strideWidth,
  )
  const cropped = crop(backend, dy, row, column)
  const zeros = (phase: Phase) => [Math.max(0, phase.before), Math.max(0, phase.after)]
  const pad = [[0, 0], zeros(row), zeros(column), [0, 0]]
  const out = stockKernel(
    backend,
    Conv2D,
    { x: cropped ?? dy, filter: kernel },
    { strides: 1, pad, dataFormat: 'NHWC', dilations: 1 },
  )
  backend.disposeData(kernel.dataId)
  if (cropped !== undefined) backend.disposeData(cropped.dataId)
  return out
}

/** dy without what no position of this phase sees: where padding exceeds the filter, or the last rows were skipped. */
function crop(backend: WasmBackend, dy: TensorInfo, row: Phase, column: Phase): TensorInfo | undefined {
  if (Math.min(row.before, row.after, column.before, column.after) >= 0) return undefined
  const [batch, height, width, channels] = dy.shape as [number, number, number, number]
  const begin = [0, Math.max(0, -row.before), Math.max(0, -column.before), 0]
  const size = [
    batch,
    height - begin[1]! - Math.max(0, -row.after),
    width - begin[2]! - Math.max(0, -column.after),
    channels,
  ]
  return stockKernel(backend, Slice, { x: dy }, { begin, size })
}
