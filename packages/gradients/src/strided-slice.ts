import { Reshape, StridedSlice, type StridedSliceAttrs, slice_util, type TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelFix } from './kernel-fix.ts'
import { otherKernel } from './other-kernel.ts'
import { askedOfGpu, trialTensor, valuesOf } from './trial.ts'
import { isBackendsOwn } from './wasm/backends-own.ts'

/**
 * Upstream fault, on every backend: where an index takes one place of an axis and a stride is not 1, as in `x[:, 0, ::2]`, the kernels
 * apply begins and strides to the axes that are left over, not to their own. Here the place is a range of one, dropped afterwards.
 */
const stridedSlice = (backendName: string, hasFault: KernelFix['hasFault']): KernelFix => ({
  kernelName: StridedSlice,
  backendName,
  hasFault,
  mend: (stock) =>
    stock && {
      ...stock,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const given = attrs as unknown as StridedSliceAttrs
        if (given.shrinkAxisMask === 0) return stock.kernelFunc({ inputs, backend, attrs: attrs! })
        const x = inputs['x'] as TensorInfo
        const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = given
        const { finalShape } = slice_util.sliceInfo(
          x.shape,
          [...begin],
          [...end],
          [...strides],
          beginMask,
          endMask,
          ellipsisMask,
          newAxisMask,
          shrinkAxisMask,
        )
        const whole = stock.kernelFunc({ inputs, backend, attrs: withRanges(given) as never }) as TensorInfo
        const result = otherKernel(backendName, backend, Reshape, { x: whole }, { shape: finalShape })
        ;(backend as { disposeData(dataId: object): void }).disposeData(whole.dataId)
        return result
      },
    },
})

function withRanges(attributes: StridedSliceAttrs): StridedSliceAttrs {
  const { begin, end, strides, shrinkAxisMask, ellipsisMask, newAxisMask } = attributes
  const isPlace = (axis: number) => ((shrinkAxisMask & ~ellipsisMask & ~newAxisMask) >> axis) & 1
  const places = begin.map((_, axis) => axis).filter(isPlace)
  const bits = (axes: readonly number[]) => axes.reduce((mask, axis) => mask | (1 << axis), 0)
  return {
    ...attributes,
    end: end.map((value, axis) => (isPlace(axis) ? begin[axis]! + 1 : value)),
    strides: strides.map((value, axis) => (isPlace(axis) ? 1 : value)),
    beginMask: attributes.beginMask & ~bits(places),
    // The last place, −1, ends at the end and not at 0.
    endMask: (attributes.endMask & ~bits(places)) | bits(places.filter((axis) => begin[axis] === -1)),
    shrinkAxisMask: 0,
  }
}

/** x[0, ::2] of [[0, 1, 2], [3, 4, 5]]. */
const trial = {
  inputs: { x: trialTensor([2, 3], Float32Array.of(0, 1, 2, 3, 4, 5)) },
  attrs: {
    begin: [0, 0],
    end: [1, 3],
    strides: [1, 2],
    beginMask: 0,
    endMask: 0,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 1,
  },
}
const keepsTooFewAxes: KernelFix['hasFault'] = (kernel) =>
  askedOfGpu({ kernel, ...trial }).shaders.some(({ outputShape }) => outputShape.length === 1)

const takesWrongPlace: KernelFix['hasFault'] = (kernel) => {
  const [, second] = Array.from(valuesOf({ kernel, ...trial }))
  return second !== undefined && second !== 2
}

export const stridedSlices: readonly KernelFix[] = [
  stridedSlice('cpu', takesWrongPlace),
  stridedSlice('wasm', isBackendsOwn),
  stridedSlice('webgl', keepsTooFewAxes),
  stridedSlice('webgpu', keepsTooFewAxes),
]
