import { backend, engine, getBackend, type Tensor } from '@tensorflow/tfjs-core'
import { ExplainError } from '../errors.ts'

interface WasmBackend {
  readonly dataIdMap?: { get(id: object): { readonly memoryOffset?: number } | undefined }
}
interface WebGLBackend {
  readonly gpgpu?: { readonly gl?: { isContextLost?(): boolean } }
}
interface WebGPUBackend {
  readonly device?: { readonly lost?: Promise<{ readonly message: string }> }
}

/** WebGPU devices by what became of them: a device tells only by a promise that it was lost. */
const devices = new WeakMap<object, { lost: boolean }>()

/**
 * Throws `backend-lost` where a tensor has no memory behind it. At 4 GiB wasm's malloc returns 0 and nothing else
 * happens: what is read from there is wrong. A lost WebGL context reads as zeros; a lost WebGPU device refuses to be read.
 */
export function refuseLostMemory(tensors: Tensor | readonly Tensor[]): void {
  const name = getBackend()
  if (name === 'wasm') {
    const { dataIdMap } = backend() as unknown as WasmBackend
    for (const tensor of Array.isArray(tensors) ? (tensors as readonly Tensor[]) : [tensors as Tensor]) {
      if (tensor.size > 0 && dataIdMap?.get(tensor.dataId)?.memoryOffset === 0) throw lost(name, 'ran out of memory')
    }
  } else if (name === 'webgl' && (backend() as unknown as WebGLBackend).gpgpu?.gl?.isContextLost?.()) {
    throw lost(name, 'lost its context')
  } else if (name === 'webgpu' && watchDevice()?.lost) {
    throw lost(name, 'lost its device')
  }
}

function watchDevice(): { readonly lost: boolean } | undefined {
  const { device } = backend() as unknown as WebGPUBackend
  if (device?.lost === undefined) return undefined
  let state = devices.get(device)
  if (state === undefined) {
    const fresh = { lost: false }
    devices.set(device, fresh)
    void device.lost.then(() => {
      fresh.lost = true
    })
    state = fresh
  }
  return state
}

/** What `read` gives; `backend-lost` where it fails because the device was lost meanwhile. */
export async function refusingLostDevice<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    // The news of the loss may come just after the failure that it causes.
    await new Promise((resolve) => setTimeout(resolve))
    refuseLostMemory([])
    throw cause
  }
}

const lost = (name: string, what: string) =>
  new ExplainError(
    'backend-lost',
    `The ${name} backend ${what}; its numbers cannot be trusted any more.`,
    'Start the backend anew (reload the page or the worker), and give `memory` a smaller bound.',
  )

type RunKernel = (kernel: string, inputs: object, attrs?: object) => Tensor | Tensor[]

/** Runs `body`, which is synchronous, and looks at what every kernel gives. Throws `backend-lost`. */
export function refusingLostMemory<T>(body: () => T): T {
  const target = engine() as unknown as { runKernel: RunKernel }
  const owned = Object.getOwnPropertyDescriptor(target, 'runKernel')
  const { runKernel } = target
  target.runKernel = (kernel, inputs, attrs) => {
    const output = runKernel.call(target, kernel, inputs, attrs)
    refuseLostMemory(output)
    return output
  }
  try {
    return body()
  } finally {
    if (owned) Object.defineProperty(target, 'runKernel', owned)
    else delete (target as { runKernel?: RunKernel }).runKernel
  }
}
