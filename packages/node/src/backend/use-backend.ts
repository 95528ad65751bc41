import { describeBackend, ExplainError } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { getBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core'
import type { BackendAdapter, Device } from './adapter.ts'
import { firstLine } from './optional-package.ts'
// Loaded in any case: it must have registered its kernels before registerGradients replaces some of them.
import { wasm } from './wasm.ts'

const adapters = {
  'tensorflow-gpu': async () => (await import('./tensorflow-gpu.ts')).tensorflowGpu,
  webgpu: async () => (await import('./webgpu.ts')).webgpu,
  tensorflow: async () => (await import('./tensorflow.ts')).tensorflow,
  wasm: async () => wasm,
  cpu: async () => (await import('./cpu.ts')).cpu,
} satisfies Readonly<Record<string, () => Promise<BackendAdapter>>>

export type BackendName = keyof typeof adapters

/** The backends, best first. */
export const backendNames = Object.keys(adapters) as readonly BackendName[]

export interface BackendInfo {
  readonly name: BackendName
  /** What computes: `WebAssembly SIMD, one thread`, `TensorFlow 2.9.1 on a GPU`. */
  readonly device: string
  /** A GPU that is emulated on the processor; only ever used when asked for by name. */
  readonly software: boolean
  /** Of tfjs-core. */
  readonly version: string
  /** What `auto` would have preferred, and why it could not be had. */
  readonly tried: readonly { readonly name: BackendName; readonly reason: string }[]
}

/**
 * Makes tfjs compute with a backend, registers the gradients, and says what was got. `auto` takes the first that is there of
 * `tensorflow-gpu`, `webgpu`, `tensorflow` and `wasm`: never a GPU that is emulated, never `cpu`, which is plain JavaScript and 20
 * to 70 times slower than `wasm`. Nothing is ever chosen in place of what was asked for by name, and when that fails, the backend
 * in use stays. Throws `backend-missing`, `versions-differ`.
 */
export async function useBackend(name: 'auto' | BackendName | (string & {}) = 'auto'): Promise<BackendInfo> {
  if (name === 'auto') return await firstPresent()
  if (isKnown(name)) return await start(name, true, [])
  throw new ExplainError(
    'backend-missing',
    `There is no backend '${name}'.`,
    `Ask for auto, ${backendNames.slice(0, -1).join(', ')} or ${backendNames.at(-1)}.`,
  )
}

async function firstPresent(): Promise<BackendInfo> {
  const tried: { name: BackendName; reason: string }[] = []
  for (const name of backendNames.filter((one) => one !== 'cpu')) {
    try {
      return await start(name, false, tried)
    } catch (error) {
      if (!(error instanceof ExplainError)) throw error
      tried.push({ name, reason: error.what })
    }
  }
  throw new ExplainError(
    'backend-missing',
    `No fast backend is there. ${tried.map(({ name, reason }) => `${name}: ${reason}`).join(' ')}`,
    "Reinstall @explainnet/node, or ask for plain JavaScript by name: useBackend('cpu'), --backend cpu.",
  )
}

async function start(name: BackendName, allowSoftware: boolean, tried: BackendInfo['tried']): Promise<BackendInfo> {
  const before = getBackend() as string | undefined
  let device: Device
  let registeredAs: string
  let started: boolean
  try {
    const adapter = await adapters[name]()
    registeredAs = adapter.registeredAs
    device = await adapter.find()
    if (device.software && !allowSoftware) {
      throw new ExplainError('backend-missing', `The only GPU is ${device.description}.`, `Ask for '${name}' by name.`)
    }
    await adapter.prepare?.()
    registerGradients()
    started = await setBackend(registeredAs)
  } catch (cause) {
    throw cause instanceof ExplainError ? cause : missing(name, cause)
  }
  if (!started || getBackend() !== registeredAs) {
    // tfjs keeps the failed start and would fail again without trying.
    removeBackend(registeredAs)
    if (before) await setBackend(before)
    throw missing(name)
  }
  describeBackend({ name, device: device.description })
  return {
    name,
    device: device.description,
    software: device.software ?? false,
    version: version_core,
    tried: [...tried],
  }
}

const isKnown = (name: string): name is BackendName => Object.hasOwn(adapters, name)

const missing = (name: BackendName, cause?: unknown) =>
  new ExplainError(
    'backend-missing',
    `The ${name} backend did not start${cause instanceof Error ? ` (${firstLine(cause.message)})` : ''}.`,
    name === 'wasm'
      ? "Reinstall @tensorflow/tfjs-backend-wasm in the version of @tensorflow/tfjs-core, or ask for the slow 'cpu'."
      : 'Reinstall its package in the version of @tensorflow/tfjs-core, or ask for another backend.',
    { cause },
  )
