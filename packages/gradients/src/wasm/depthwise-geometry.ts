import type { backend_util } from '@tensorflow/tfjs-core'

/**
 * What `assembly/depthwise-gradients.ts` takes from a convolution, in its order. The output's size is that of its shape `y`, since
 * tfjs-core gets it wrong where the padding is a number and the filter is not square.
 */
export const depthwiseGeometry = (conv: backend_util.Conv2DInfo, y: readonly number[]): number[] => [
  conv.batchSize,
  conv.outChannels,
  conv.inHeight,
  conv.inWidth,
  y[1]!,
  y[2]!,
  conv.filterHeight,
  conv.filterWidth,
  conv.strideHeight,
  conv.strideWidth,
  conv.dilationHeight,
  conv.dilationWidth,
  conv.padInfo.top,
  conv.padInfo.left,
]
