import { backend, engine, getBackend, type Tensor } from '@tensorflow/tfjs-core'
import { ExplainError } from '../errors.ts'

interface WasmBackend {
  readonly dataIdMap?: { get(id: object): { readonly memoryOffset?: number } | undefined }
}
interface WebGLBackend {
  readonly gpgpu?: { readonly gl?: { isContextLost?(): boolean } }
}
interface WebGPUBackend {
  readonly device?: {
    readonly lost?: Promise<{ readonly message: string }>
    addEventListener?(type: 'uncapturederror', listener: (event: { readonly error?: Error }) => void): void
  }
}

interface DeviceState {
  lost: boolean
  /** Commands that it refused or had no memory for, and the first of them. */
  refusals: Error[]
}

/** WebGPU devices by what became of them: a device tells of its loss only by a promise, of a refused command only by an event. */
const devices = new WeakMap<object, DeviceState>()

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

function watchDevice(): DeviceState | undefined {
  const { device } = backend() as unknown as WebGPUBackend
  if (device?.lost === undefined) return undefined
  const known = devices.get(device)
  if (known !== undefined) return known
  const state: DeviceState = { lost: false, refusals: [] }
  devices.set(device, state)
  void device.lost.then(() => {
    state.lost = true
  })
  device.addEventListener?.('uncapturederror', ({ error }) => {
    if (error) state.refusals.push(error)
  })
  return state
}

/** Throws, once called, if the device has refused a command since: what depends on that one reads as whatever lay there before. */
export function watchCommands(): () => void {
  const state = getBackend() === 'webgpu' ? watchDevice() : undefined
  const before = state?.refusals.length ?? 0
  return () => {
    const error = state?.refusals[before]
    if (error === undefined) return
    const reason = error.message.split('\n', 1)[0]!.replace(/\.$/, '')
    const size = error.constructor.name === 'GPUOutOfMemoryError' || /exceeds/.test(reason)
    throw new ExplainError(
      size ? 'out-of-memory' : 'backend-lost',
      `The webgpu backend refused a command (${reason}).`,
      size ? 'Give `memory` a smaller bound, or ask for another backend.' : 'Ask for another backend.',
    )
  }
}

/** What `read` gives; `backend-lost` where it fails because the device was lost meanwhile, and what `refuseCommands` throws. */
export async function refusingLostDevice<T>(read: () => Promise<T>, refuseCommands: () => void): Promise<T> {
  try {
    const found = await read()
    refuseCommands()
    return found
  } catch (cause) {
    await newsOfLoss()
    refuseLostMemory([])
    refuseCommands()
    throw cause
  }
}

/** The news of a device's loss comes after the failure that it causes, on a busy machine much later. */
async function newsOfLoss(): Promise<void> {
  const { device } = backend() as unknown as WebGPUBackend
  await Promise.race([device?.lost, new Promise((resolve) => setTimeout(resolve, 500))])
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
