import {
  engine,
  findBackendFactory,
  type GradConfig,
  getGradient,
  getKernel,
  type KernelConfig,
  registerGradient,
  registerKernel,
  unregisterGradient,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { batchNorms } from './batch-norm.ts'
import { cpuFixes } from './cpu/kernels.ts'
import { gradientConfigs } from './gradients/configs.ts'
import { mendFusedConvolutions } from './gradients/fused-dilated-convolution.ts'
import type { KernelFix } from './kernel-fix.ts'
import { stridedSlices } from './strided-slice.ts'
import { tensorflowFixes } from './tensorflow/kernels.ts'
import { gradientConfigs as upstreamGradients } from './upstream/gradient-configs.js'
import { isStockGradient } from './upstream/stock-gradient.ts'
import { wasmFixes } from './wasm/kernels.ts'
import { webglFixes } from './webgl/kernels.ts'
import { webgpuFixes } from './webgpu/kernels.ts'

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
 * Registers the gradients of every TensorFlow.js operation (tfjs-core alone has none) and, for each backend that was imported, the
 * kernels that are missing, wrong or slow there. Call it after importing the backends: each registers its own kernels when it is
 * loaded, over any that are there. Idempotent: call it again after importing another.
 *
 * A gradient or kernel that somebody registered by hand stays unless `override` is set, and so does one that a later version of
 * TensorFlow.js has put right. What is replaced is what shows the fault: see `KernelFix.hasFault` and `isStockGradient`.
 */
export function registerGradients(options: RegisterGradientsOptions = {}): GradientRegistration {
  const { override = false } = options
  const undone: (() => void)[] = []
  const registered: string[] = []
  for (const config of gradientConfigs) {
    const before = getGradient(config.kernelName)
    if (before === config || !(override || mustReplaceGradient(before, config))) continue
    replaceGradient(config, before)
    registered.push(config.kernelName)
    undone.push(() => {
      if (getGradient(config.kernelName) === config) replaceGradient(before, config)
    })
  }
  const undoFused = mendFusedConvolutions()
  if (undoFused) {
    registered.push('FusedConv2D', 'FusedDepthwiseConv2D')
    undone.push(undoFused)
  }
  for (const fix of fixesInUse()) {
    const before = getKernel(fix.kernelName, fix.backendName)
    if ((before !== undefined && ours.has(before)) || !(override || mustReplaceKernel(before, fix))) continue
    const kernel = fix.mend(before)
    if (kernel === undefined) continue
    ours.add(kernel)
    replaceKernel(kernel, before)
    registered.push(`${fix.backendName}/${fix.kernelName}`)
    undone.push(() => {
      if (getKernel(fix.kernelName, fix.backendName) === kernel) replaceKernel(before, kernel)
    })
  }
  return {
    registered,
    undo: () => {
      for (const undo of undone.splice(0)) undo()
    },
  }
}

/** Whether every gradient is there and none, nor any kernel of a backend that was imported, is known to be missing, wrong or slow. */
export function gradientsRegistered(): boolean {
  return (
    gradientConfigs.every((config) => !mustReplaceGradient(getGradient(config.kernelName), config)) &&
    fixesInUse().every((fix) => !mustReplaceKernel(getKernel(fix.kernelName, fix.backendName), fix))
  )
}

const ours = new WeakSet<KernelConfig>()

const fixes: readonly KernelFix[] = [
  ...cpuFixes,
  ...wasmFixes,
  ...webglFixes,
  ...webgpuFixes,
  ...tensorflowFixes,
  ...batchNorms,
  ...stridedSlices,
]

/** A kernel registered for a backend that is yet to be imported would be overwritten then, with a warning. */
const fixesInUse = () => fixes.filter(({ backendName }) => findBackendFactory(backendName) !== null)

function mustReplaceGradient(before: GradConfig | undefined, config: GradConfig): boolean {
  if (before === undefined) return true
  return before !== config && !upstreamGradients.includes(config) && isStockGradient(before)
}

function mustReplaceKernel(before: KernelConfig | undefined, fix: KernelFix): boolean {
  if (before === undefined) return fix.mend(undefined) !== undefined
  return !ours.has(before) && fix.hasFault(before)
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
