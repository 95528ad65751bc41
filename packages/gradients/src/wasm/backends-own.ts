import type { KernelConfig } from '@tensorflow/tfjs-core'
import { cast } from './cast.ts'
import { copies, identity } from './identity.ts'

/**
 * Whether a kernel is tfjs-backend-wasm's own, and so to be replaced, rather than somebody's: the backend's kernels bind their C
 * functions in a `setupFunc`, for which a kernel written in JavaScript has no use. Identity and Cast have none; there the fault
 * itself tells.
 */
export const isBackendsOwn = (kernel: KernelConfig): boolean =>
  kernel.setupFunc !== undefined ||
  ([identity.kernelName, cast.kernelName].includes(kernel.kernelName) && copies(kernel))
