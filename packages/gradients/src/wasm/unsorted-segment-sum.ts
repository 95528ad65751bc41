import {
  type KernelConfig,
  type TensorInfo,
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  util,
} from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'

/**
 * Upstream fault: tfjs-backend-wasm has no UnsortedSegmentSum, so `gather`, and with it every embedding, has no gradient there.
 */
export const unsortedSegmentSum: KernelConfig = {
  kernelName: UnsortedSegmentSum,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo }
    const { numSegments } = attrs as unknown as UnsortedSegmentSumAttrs
    const wasm = backend as WasmBackend
    const out = wasm.makeOutput([numSegments, ...x.shape.slice(1)], x.dtype)
    const values = wasm.typedArrayFromHeap(x)
    const segments = wasm.typedArrayFromHeap(segmentIds)
    const sums = wasm.typedArrayFromHeap(out).fill(0)
    const rowSize = util.sizeFromShape(x.shape.slice(1))
    segments.forEach((segment, row) => {
      // As on the other backends, a row with no such segment is left out.
      if (segment < 0 || segment >= numSegments) return
      for (let i = 0; i < rowSize; i++) sums[segment * rowSize + i]! += values[row * rowSize + i]!
    })
    return out
  },
}
