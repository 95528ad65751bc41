import {
  AvgPool,
  Conv2D,
  DepthwiseConv2dNative,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type KernelFunc,
  MaxPool,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { paddingBySides, shapeOf, type Windows } from '../padding-by-sides.ts'
import { isBackendsOwn } from './backends-own.ts'
import { conv2d } from './conv2d.ts'

type Inputs = Parameters<KernelFunc>[0]['inputs']

/**
 * Upstream faults: tfjs-backend-wasm's convolutions and pools write as many values as fit, whatever room they took: too few where
 * `dimRoundingMode` rounds up, and beyond the end, into other tensors, where the padding is a number and the window or the strides are
 * not square, since tfjs-core then takes the width's for the height's. Here they are told of the padding by sides that fits the output;
 * convolutions go by `conv2d` where that is faster.
 */
export const padding: readonly KernelFix[] = [
  ...[Conv2D, FusedConv2D].map((name) => bySides(name, (inputs) => convolution(inputs, false), conv2d)),
  ...[DepthwiseConv2dNative, FusedDepthwiseConv2D].map((name) => bySides(name, (inputs) => convolution(inputs, true))),
  ...[MaxPool, AvgPool].map((name) => bySides(name, (inputs) => ({ image: shapeOf(inputs, 'x') }))),
]

const convolution = (inputs: Inputs, depthwise: boolean): Windows => ({
  image: shapeOf(inputs, 'x'),
  filter: shapeOf(inputs, 'filter'),
  depthwise,
})

/** @param faster What is tried before the backend's own kernel. */
function bySides(
  kernelName: string,
  windows: (inputs: Inputs) => Windows,
  faster?: (call: Parameters<KernelFunc>[0]) => TensorInfo | undefined,
): KernelFix {
  return {
    kernelName,
    backendName: 'wasm',
    hasFault: isBackendsOwn,
    mend: (present) =>
      present && {
        ...present,
        kernelFunc: (given) => {
          const run: KernelFunc = (call) => faster?.(call) ?? present.kernelFunc(call)
          const { pad, dimRoundingMode } = given.attrs as { pad?: unknown; dimRoundingMode?: unknown }
          if (typeof pad !== 'number' && dimRoundingMode === undefined) return run(given)
          const sides = paddingBySides(given.attrs, windows(given.inputs))
          return run({
            ...given,
            attrs: { ...given.attrs, pad: sides, dimRoundingMode: undefined } as never,
          })
        },
      },
  }
}
