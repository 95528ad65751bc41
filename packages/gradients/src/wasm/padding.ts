import {
  AvgPool,
  backend_util,
  Conv2D,
  DepthwiseConv2dNative,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelFunc,
  MaxPool,
  type MaxPoolAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { isBackendsOwn } from './backends-own.ts'

type Call = Parameters<KernelFunc>[0]
type Shape = [number, number, number, number]
type Padding = 'same' | 'valid' | number | backend_util.ExplicitPadding

interface ConvolutionAttrs {
  readonly strides: number | [number, number]
  readonly dilations: number | [number, number]
  readonly pad: Padding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * Upstream faults: tfjs-backend-wasm's convolutions and pools write as many values as fit, whatever room they took: too few where
 * `dimRoundingMode` rounds up, and beyond the end, into other tensors, where the padding is a number and the window or the strides are
 * not square, since tfjs-core then takes the width's for the height's. Here they are told of the padding by sides that fits the output.
 */
export const padding: readonly KernelFix[] = [
  ...[Conv2D, FusedConv2D].map((name) => bySides(name, (call) => convolutionInfo(call, false))),
  ...[DepthwiseConv2dNative, FusedDepthwiseConv2D].map((name) => bySides(name, (call) => convolutionInfo(call, true))),
  ...[MaxPool, AvgPool].map((name) => bySides(name, poolingInfo)),
]

function bySides(kernelName: string, info: (call: Call) => backend_util.Conv2DInfo): KernelFix {
  return {
    kernelName,
    backendName: 'wasm',
    hasFault: isBackendsOwn,
    mend: (present) =>
      present && {
        ...present,
        kernelFunc: (call) => {
          const { pad, dimRoundingMode } = call.attrs as unknown as ConvolutionAttrs
          if (typeof pad !== 'number' && dimRoundingMode === undefined) return present.kernelFunc(call)
          const attrs = {
            ...call.attrs,
            pad:
              typeof pad === 'number'
                ? [
                    [0, 0],
                    [pad, pad],
                    [pad, pad],
                    [0, 0],
                  ]
                : pad,
          }
          const sides = exactPadding(info({ ...call, attrs: attrs as never }))
          return present.kernelFunc({ ...call, attrs: { ...attrs, pad: sides, dimRoundingMode: undefined } as never })
        },
      },
  }
}

function convolutionInfo({ inputs, attrs }: Call, depthwise: boolean): backend_util.Conv2DInfo {
  const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo }
  const { strides, dilations, pad, dimRoundingMode } = attrs as unknown as ConvolutionAttrs
  const shapes = [x.shape as Shape, filter.shape as Shape] as const
  return backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, dimRoundingMode, depthwise)
}

function poolingInfo({ inputs, attrs }: Call): backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolAttrs
  const { shape } = inputs['x'] as TensorInfo
  return backend_util.computePool2DInfo(shape as Shape, filterSize, strides, 1, pad, dimRoundingMode)
}

/** The padding with which the last window ends where the padded image does, or before. */
function exactPadding(info: backend_util.Conv2DInfo): backend_util.ExplicitPadding {
  const { top, left } = info.padInfo
  const bottom = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - info.inHeight - top
  const right = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - info.inWidth - left
  return [
    [0, 0],
    [top, Math.max(0, bottom)],
    [left, Math.max(0, right)],
    [0, 0],
  ]
}
