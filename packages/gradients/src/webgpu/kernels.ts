import type { KernelFix } from '../kernel-fix.ts'
import { firstPlaces } from './arg-max.ts'
import { binaries } from './binary.ts'
import { cast } from './cast.ts'
import { cumulatives } from './cumulative.ts'
import { poolGradients } from './pool-gradients.ts'
import { transpose } from './transpose.ts'

/** Every kernel that is wrong in tfjs-backend-webgpu 4.22 alone. */
export const webgpuFixes: readonly KernelFix[] = [
  ...firstPlaces,
  ...binaries,
  cast,
  ...cumulatives,
  ...poolGradients,
  transpose,
]
