import type { GradConfig } from '@tensorflow/tfjs-core'
import { gradientConfigs as upstream } from '../upstream/gradient-configs.js'
import { absGradient } from './abs.ts'
import { batchMatMulGradient, maximumGradient, minimumGradient, squaredDifferenceGradient } from './broadcasting.ts'
import { conv3dTransposeGradient } from './conv3d-transpose.ts'
import { cropAndResizeGradient } from './crop-and-resize.ts'
import { cumprodGradient, cumsumGradient, prodGradient } from './cumulative.ts'
import { depthToSpaceGradient } from './depth-to-space.ts'
import { diagGradient } from './diag.ts'
import { conv2dGradient, conv3dGradient, depthwiseConv2dGradient } from './dilated-convolution.ts'
import { einsumGradient } from './einsum.ts'
import { castGradient, flatGradients } from './flat.ts'
import { fusedBatchNormGradient } from './fused-batch-norm.ts'
import {
  gatherGradient,
  gatherNdGradient,
  scatterNdGradient,
  sparseToDenseGradient,
  tensorScatterUpdateGradient,
  unsortedSegmentSumGradient,
} from './gather-and-scatter.ts'
import { maxGradient, minGradient } from './max-and-min.ts'
import { maxPoolWithArgmaxGradient } from './max-pool-with-argmax.ts'
import { mirrorPadGradient } from './mirror-pad.ts'
import { reluGradGradient, reluGradients } from './relu.ts'
import { resizeBilinearGradient, resizeNearestNeighborGradient } from './resize.ts'
import { sliceGradient } from './slice.ts'
import { sparseSegmentMeanGradient, sparseSegmentSumGradient } from './sparse-segment.ts'
import { stridedSliceGradient } from './strided-slice.ts'
import { meanGradient, sumGradient } from './sum-and-mean.ts'
import { tileGradient } from './tile.ts'
import { topKGradient } from './top-k.ts'
import { transformGradient } from './transform.ts'
import { splitGradient, unpackGradient } from './unpack-and-split.ts'
import { flipLeftRightGradient, rotateWithOffsetGradient } from './warp.ts'

const ours: readonly GradConfig[] = [
  ...flatGradients,
  ...reluGradients,
  absGradient,
  batchMatMulGradient,
  castGradient,
  conv2dGradient,
  conv3dGradient,
  conv3dTransposeGradient,
  cropAndResizeGradient,
  cumprodGradient,
  cumsumGradient,
  depthToSpaceGradient,
  depthwiseConv2dGradient,
  diagGradient,
  einsumGradient,
  flipLeftRightGradient,
  fusedBatchNormGradient,
  gatherGradient,
  gatherNdGradient,
  maxGradient,
  maxPoolWithArgmaxGradient,
  maximumGradient,
  meanGradient,
  minGradient,
  minimumGradient,
  mirrorPadGradient,
  prodGradient,
  reluGradGradient,
  resizeBilinearGradient,
  resizeNearestNeighborGradient,
  rotateWithOffsetGradient,
  scatterNdGradient,
  sliceGradient,
  sparseSegmentMeanGradient,
  sparseSegmentSumGradient,
  sparseToDenseGradient,
  splitGradient,
  squaredDifferenceGradient,
  stridedSliceGradient,
  sumGradient,
  tensorScatterUpdateGradient,
  tileGradient,
  topKGradient,
  transformGradient,
  unpackGradient,
  unsortedSegmentSumGradient,
]

const replaced = new Set(ours.map(({ kernelName }) => kernelName))

/** tfjs-core's own gradients, save where one here is better, and those that it lacks. They run on every backend. */
export const gradientConfigs: readonly GradConfig[] = [
  ...upstream.filter(({ kernelName }) => !replaced.has(kernelName)),
  ...ours,
]
