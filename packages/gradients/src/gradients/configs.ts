import type { GradConfig } from '@tensorflow/tfjs-core'
import { gradientConfigs as upstream } from '../upstream/gradient-configs.js'
import { fusedBatchNormGradient } from './fused-batch-norm.ts'
import { meanGradient, sumGradient } from './sum-and-mean.ts'

const better = [fusedBatchNormGradient, meanGradient, sumGradient]

/** tfjs-core's own gradients, save where one here is better. They run on every backend. */
export const gradientConfigs: readonly GradConfig[] = upstream.map(
  (config) => better.find(({ kernelName }) => kernelName === config.kernelName) ?? config,
)
