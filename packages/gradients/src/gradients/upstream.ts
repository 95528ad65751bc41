import type { GradConfig } from '@tensorflow/tfjs-core'
import { gradientConfigs } from '../upstream/gradient-configs.js'

/** tfjs-core's own gradient of a kernel that has one. */
export const upstream = (kernelName: string): GradConfig =>
  gradientConfigs.find((config) => config.kernelName === kernelName)!
