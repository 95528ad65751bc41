import type { KernelFix } from '../kernel-fix.ts'
import { maxPool3dGradient } from './max-pool-3d-gradient.ts'
import { padding } from './padding.ts'
import { reluGradient } from './relu-gradient.ts'

/** Every kernel that is wrong, slow or refuses its arguments in tfjs-node 4.22. */
export const tensorflowFixes: readonly KernelFix[] = [maxPool3dGradient, ...padding, reluGradient]
