import type { KernelConfig } from '@tensorflow/tfjs-core'

/** What is put in the place of one kernel of one backend, and when. */
export interface KernelFix {
  readonly kernelName: string
  readonly backendName: string
  /**
   * Whether a kernel is upstream's with the fault that is mended here. Nothing marks a kernel as the backend's own, and bundlers
   * rename functions and rewrite their text; so a kernel is judged by what it does. A corrected upstream kernel and the user's own
   * are then left alone, whatever they are called.
   */
  hasFault(kernel: KernelConfig): boolean
  /** The kernel to register where there is a faulty one, or none. Undefined where it has nothing to build on. */
  mend(present: KernelConfig | undefined): KernelConfig | undefined
}
