import type { KernelFix } from '../kernel-fix.ts'
import { poolGradients } from './pool-gradients.ts'
import { transform } from './transform.ts'

/** Every kernel that is wrong in tfjs-backend-cpu 4.22 alone. */
export const cpuFixes: readonly KernelFix[] = [...poolGradients, transform]
