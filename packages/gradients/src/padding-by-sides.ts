import { backend_util, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core'

type Call = Parameters<KernelFunc>[0]
type Shape = [number, number, number, number]
type Padding = 'same' | 'valid' | number | backend_util.ExplicitPadding

interface WindowAttrs {
  readonly filterSize?: number | [number, number]
  readonly strides: number | [number, number]
  readonly dilations?: number | [number, number]
  readonly pad: Padding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** What a call's windows lie over: the image's shape, and the filter's or none for pooling. */
export interface Windows {
  readonly image: readonly number[]
  readonly filter?: readonly number[]
  readonly depthwise?: boolean
  /** The output's shape, where it is known: a gradient is not told how it was rounded. */
  readonly output?: readonly number[]
}

/**
 * The padding by sides that fits the output exactly: with it, the last window ends where the padded image does, or before. A number
 * stands for four equal sides; tfjs-core would take the height's window and stride for the width's.
 */
export function paddingBySides(attrs: Call['attrs'], windows: Windows): backend_util.ExplicitPadding {
  const info = infoOf(attrs as unknown as WindowAttrs, windows)
  const [, outHeight, outWidth] = windows.output ?? info.outShape
  const { top, left } = info.padInfo
  const bottom = (outHeight! - 1) * info.strideHeight + info.effectiveFilterHeight - info.inHeight - top
  const right = (outWidth! - 1) * info.strideWidth + info.effectiveFilterWidth - info.inWidth - left
  return [
    [0, 0],
    [top, Math.max(0, bottom)],
    [left, Math.max(0, right)],
    [0, 0],
  ]
}

function infoOf(
  { filterSize, strides, dilations, pad, dimRoundingMode }: WindowAttrs,
  { image, filter, depthwise }: Windows,
): backend_util.Conv2DInfo {
  const sides: Padding =
    typeof pad === 'number'
      ? [
          [0, 0],
          [pad, pad],
          [pad, pad],
          [0, 0],
        ]
      : pad
  return filter
    ? backend_util.computeConv2DInfo(
        image as Shape,
        filter as Shape,
        strides,
        dilations ?? 1,
        sides,
        dimRoundingMode,
        depthwise,
      )
    : backend_util.computePool2DInfo(image as Shape, filterSize!, strides, 1, sides, dimRoundingMode)
}

export const shapeOf = (inputs: Call['inputs'], name: string): readonly number[] => (inputs[name] as TensorInfo).shape
