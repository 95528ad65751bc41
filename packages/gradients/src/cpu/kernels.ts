import type { KernelFix } from '../kernel-fix.ts'
import { poolGradients } from './pool-gradients.ts'

/** Every kernel that is wrong in tfjs-backend-cpu 4.22. */
export const cpuFixes: readonly KernelFix[] = poolGradients
