import type { KernelFix } from '../kernel-fix.ts'
import { poolGradients } from './pool-gradients.ts'

/** Every kernel that is missing or wrong in tfjs-backend-webgl 4.22. */
export const webglFixes: readonly KernelFix[] = [...poolGradients]
