import {
  engine,
  type GradConfig,
  getGradient,
  getKernel,
  type KernelConfig,
  registerGradient,
  registerKernel,
  unregisterGradient,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { gradientConfigs } from './gradients/configs.ts'
import { isBackendsOwn, wasmKernels } from './wasm/kernels.ts'

export interface RegisterGradientsOptions {
  /** Also replace gradients and kernels that somebody else registered by hand. Default `false`. */
  readonly override?: boolean
}

export interface GradientRegistration {
  /** What this call registered, e.g. `'Relu'` (a gradient) or `'wasm/MaxPoolGrad'` (a kernel). Empty when all was there. */
  readonly registered: string[]
  /** Puts back what was there before. What somebody registered over ours in the meantime stays. */
  undo(): void
}

/**
 * Registers the gradients of every TensorFlow.js operation (tfjs-core alone has none) and, for the wasm backend, the kernels
 * that are missing, wrong or slow there. Call it after importing the backend: tfjs-backend-wasm registers its own kernels when it
 * is loaded. Idempotent; other backends are left alone.
 *
 * A gradient that is there already stays, and so does a wasm kernel that somebody registered by hand, unless `override` is set.
 * The backend's own kernel, told by its `setupFunc`, is what this package exists to replace.
 */
export function registerGradients(options: RegisterGradientsOptions = {}): GradientRegistration {
  const { override = false } = options
  const undone: (() => void)[] = []
  const registered: string[] = []
  for (const config of gradientConfigs) {
    const before = getGradient(config.kernelName)
    if (before === config || (before !== undefined && !override)) continue
    replaceGradient(config, before)
    registered.push(config.kernelName)
    undone.push(() => {
      if (getGradient(config.kernelName) === config) replaceGradient(before, config)
    })
  }
  for (const config of wasmKernels) {
    const before = getKernel(config.kernelName, config.backendName)
    if (before === config || (before !== undefined && !isBackendsOwn(before) && !override)) continue
    replaceKernel(config, before)
    registered.push(`${config.backendName}/${config.kernelName}`)
    undone.push(() => {
      if (getKernel(config.kernelName, config.backendName) === config) replaceKernel(before, config)
    })
  }
  return {
    registered,
    undo: () => {
      for (const undo of undone.splice(0)) undo()
    },
  }
}

/** Whether every gradient is there and no wasm kernel known to be missing, wrong or slow is in use. */
export function gradientsRegistered(): boolean {
  return (
    gradientConfigs.every(({ kernelName }) => getGradient(kernelName) !== undefined) &&
    wasmKernels.every(({ kernelName, backendName }) => {
      const kernel = getKernel(kernelName, backendName)
      return kernel !== undefined && !isBackendsOwn(kernel)
    })
  )
}

// Registering over an entry logs a warning, so the old one goes first.
function replaceGradient(next: GradConfig | undefined, before: GradConfig | undefined): void {
  if (before !== undefined) unregisterGradient(before.kernelName)
  if (next !== undefined) registerGradient(next)
}

function replaceKernel(next: KernelConfig | undefined, before: KernelConfig | undefined): void {
  if (before !== undefined) unregisterKernel(before.kernelName, before.backendName)
  if (next === undefined) return
  registerKernel(next)
  // A kernel that was replaced before its backend started has not been set up yet.
  const backend = engine().registry[next.backendName]
  if (backend !== undefined) next.setupFunc?.(backend)
}
