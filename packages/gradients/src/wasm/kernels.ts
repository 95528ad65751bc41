import type { KernelConfig } from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { avgPool3dGradient, avgPoolGradient } from './avg-pool-gradient.ts'
import { isBackendsOwn } from './backends-own.ts'
import { batchNorm } from './batch-norm.ts'
import { cast } from './cast.ts'
import { conv2dFilterGradient } from './conv2d-filter-gradient.ts'
import { conv2dInputGradient } from './conv2d-input-gradient.ts'
import { conv3d } from './conv3d.ts'
import { conv3dFilterGradient } from './conv3d-filter-gradient.ts'
import { conv3dInputGradient } from './conv3d-input-gradient.ts'
import { depthwiseFilterGradient } from './depthwise-filter-gradient.ts'
import { depthwiseInputGradient } from './depthwise-input-gradient.ts'
import { dilation2d, dilation2dFilterGradient, dilation2dInputGradient } from './dilation2d.ts'
import { einsum } from './einsum.ts'
import { fusedMatMul } from './fused-mat-mul.ts'
import { identity } from './identity.ts'
import { leakyRelu } from './leaky-relu.ts'
import { matMul } from './mat-mul.ts'
import { maxPool3d } from './max-pool-3d.ts'
import { maxPool3dGradient, maxPoolGradient } from './max-pool-gradient.ts'
import { maxPoolWithArgmax } from './max-pool-with-argmax.ts'
import { padding } from './padding.ts'
import { reluGradient } from './relu-gradient.ts'
import { resizeBilinearGradient } from './resize-bilinear-gradient.ts'
import { rotateWithOffset } from './rotate-with-offset.ts'
import { mean, sum } from './sum-and-mean.ts'
import { tanh } from './tanh.ts'
import { tile } from './tile.ts'
import { unsortedSegmentSum } from './unsorted-segment-sum.ts'

const kernels: readonly KernelConfig[] = [
  avgPool3dGradient,
  avgPoolGradient,
  batchNorm,
  cast,
  conv2dFilterGradient,
  conv2dInputGradient,
  conv3d,
  conv3dFilterGradient,
  conv3dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  dilation2d,
  dilation2dFilterGradient,
  dilation2dInputGradient,
  einsum,
  identity,
  leakyRelu,
  matMul,
  maxPool3d,
  maxPool3dGradient,
  maxPoolGradient,
  maxPoolWithArgmax,
  mean,
  reluGradient,
  resizeBilinearGradient,
  rotateWithOffset,
  sum,
  tanh,
  tile,
  unsortedSegmentSum,
]

/** Every kernel that is missing, wrong or slow in tfjs-backend-wasm 4.22, one file each. */
export const wasmFixes: readonly KernelFix[] = [
  ...kernels.map((kernel) => ({
    kernelName: kernel.kernelName,
    backendName: kernel.backendName,
    hasFault: isBackendsOwn,
    mend: () => kernel,
  })),
  ...padding,
  fusedMatMul,
]
