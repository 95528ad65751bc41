import type { KernelFix } from '../kernel-fix.ts'
import { cropAndResize } from './crop-and-resize.ts'
import { dilationGradients } from './dilation-gradients.ts'
import { floorDivision } from './floor-division.ts'
import { poolGradients } from './pool-gradients.ts'

/** Every kernel that is missing or wrong in tfjs-backend-webgl 4.22 alone. */
export const webglFixes: readonly KernelFix[] = [cropAndResize, ...dilationGradients, floorDivision, ...poolGradients]
