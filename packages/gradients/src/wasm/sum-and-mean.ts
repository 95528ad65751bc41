import {
  backend_util,
  type KernelConfig,
  type KernelFunc,
  Mean,
  type MeanAttrs,
  Sum,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { addressOf, type WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

/**
 * Upstream fault: tfjs-backend-wasm's Sum and Mean transpose the whole tensor unless the innermost axes are reduced, which those of
 * batch normalisation and of every bias are not, and then add one value after the other: with 300,000 values the error reaches the
 * fourth digit. Here axes are reduced where they lie, and in blocks.
 */
export const sum: KernelConfig = { kernelName: Sum, backendName: 'wasm', kernelFunc: reduction('sum') }

/** See {@link sum}. */
export const mean: KernelConfig = { kernelName: Mean, backendName: 'wasm', kernelFunc: reduction('mean') }

function reduction(kind: 'sum' | 'mean'): KernelFunc {
  return ({ inputs, backend, attrs }) => {
    const wasm = backend as WasmBackend
    const x = inputs['x'] as TensorInfo
    const { axis, keepDims } = attrs as unknown as MeanAttrs
    const axes = util.parseAxisParam(axis as number | number[], x.shape)
    const [reducedShape, removed] = backend_util.computeOutAndReduceShapes(x.shape, axes)
    const shape = keepDims ? backend_util.expandShapeToKeepDim(reducedShape, axes) : reducedShape
    const dtype = kind === 'mean' ? 'float32' : x.dtype
    let size = [...x.shape]
    let from = x
    const groups = contiguous(axes)
    if (groups.length === 0) groups.push([x.shape.length, x.shape.length])
    groups.forEach(([first, end], index) => {
      const outer = util.sizeFromShape(size.slice(0, first))
      const rows = util.sizeFromShape(size.slice(first, end))
      const inner = util.sizeFromShape(size.slice(end))
      const last = index === groups.length - 1
      size = [...size.slice(0, first), ...size.slice(end)]
      const to = wasm.makeOutput(size, last ? dtype : x.dtype)
      const scale = kind === 'mean' && last ? 1 / util.sizeFromShape(removed) : 1
      if (x.dtype === 'float32') {
        gradientModule(wasm).sum(addressOf(wasm, from), addressOf(wasm, to), outer, rows, inner, scale)
      } else {
        sumIntegers(wasm.typedArrayFromHeap(from), wasm.typedArrayFromHeap(to), outer, rows, inner, scale)
      }
      if (from !== x) wasm.disposeData(from.dataId)
      from = to
    })
    return { dataId: from.dataId, shape, dtype }
  }
}

/** Runs of neighbouring axes as [first, end), the last run first, so that reducing one leaves the others where they are. */
function contiguous(axes: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const axis of [...axes].sort((a, b) => b - a)) {
    const run = runs.at(-1)
    if (run !== undefined && run[0] === axis + 1) run[0] = axis
    else runs.push([axis, axis + 1])
  }
  return runs
}

function sumIntegers(
  x: ArrayLike<number>,
  out: { [index: number]: number },
  outer: number,
  rows: number,
  inner: number,
  scale: number,
): void {
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = 0
      for (let r = 0; r < rows; r++) total += x[(o * rows + r) * inner + i]!
      out[o * inner + i] = total * scale
    }
  }
}
