import type { KernelConfig } from '@tensorflow/tfjs-core'
import { conv2dFilterGradient } from './conv2d-filter-gradient.ts'
import { conv2dInputGradient } from './conv2d-input-gradient.ts'
import { maxPoolGradient } from './max-pool-gradient.ts'

/** Every kernel that is missing, wrong or slow in tfjs-backend-wasm 4.22, one file each. */
export const wasmKernels: readonly KernelConfig[] = [conv2dFilterGradient, conv2dInputGradient, maxPoolGradient]
