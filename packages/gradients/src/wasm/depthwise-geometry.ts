import type { backend_util } from '@tensorflow/tfjs-core'

/** What `assembly/depthwise-gradients.ts` takes from a convolution, in its order. */
export const depthwiseGeometry = (conv: backend_util.Conv2DInfo): number[] => [
  conv.batchSize,
  conv.outChannels,
  conv.inHeight,
  conv.inWidth,
  conv.outHeight,
  conv.outWidth,
  conv.filterHeight,
  conv.filterWidth,
  conv.strideHeight,
  conv.strideWidth,
  conv.dilationHeight,
  conv.dilationWidth,
  conv.padInfo.top,
  conv.padInfo.left,
]
