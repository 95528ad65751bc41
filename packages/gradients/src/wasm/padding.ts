import {
  AvgPool,
  Conv2D,
  DepthwiseConv2dNative,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelFunc,
  MaxPool,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { paddingBySides, shapeOf, type Windows } from '../padding-by-sides.ts'
import { isBackendsOwn } from './backends-own.ts'

type Inputs = Parameters<KernelFunc>[0]['inputs']

/**
 * Upstream faults: tfjs-backend-wasm's convolutions and pools write as many values as fit, whatever room they took: too few where
 * `dimRoundingMode` rounds up, and beyond the end, into other tensors, where the padding is a number and the window or the strides are
 * not square, since tfjs-core then takes the width's for the height's. Here they are told of the padding by sides that fits the output.
 */
export const padding: readonly KernelFix[] = [
  ...[Conv2D, FusedConv2D].map((name) => bySides(name, (inputs) => convolution(inputs, false))),
  ...[DepthwiseConv2dNative, FusedDepthwiseConv2D].map((name) => bySides(name, (inputs) => convolution(inputs, true))),
  ...[MaxPool, AvgPool].map((name) => bySides(name, (inputs) => ({ image: shapeOf(inputs, 'x') }))),
]

const convolution = (inputs: Inputs, depthwise: boolean): Windows => ({
  image: shapeOf(inputs, 'x'),
  filter: shapeOf(inputs, 'filter'),
  depthwise,
})

function bySides(kernelName: string, windows: (inputs: Inputs) => Windows): KernelFix {
  return {
    kernelName,
    backendName: 'wasm',
    hasFault: isBackendsOwn,
    mend: (present) =>
      present && {
        ...present,
        kernelFunc: (call) => {
          const { pad, dimRoundingMode } = call.attrs as { pad?: unknown; dimRoundingMode?: unknown }
          if (typeof pad !== 'number' && dimRoundingMode === undefined) return present.kernelFunc(call)
          const sides = paddingBySides(call.attrs, windows(call.inputs))
          return present.kernelFunc({
            ...call,
            attrs: { ...call.attrs, pad: sides, dimRoundingMode: undefined } as never,
          })
        },
      },
  }
}
