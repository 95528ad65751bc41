import { ExplainError } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import { getBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core'
import type { BackendAdapter } from './adapter.ts'
// Loaded in any case: it must have registered its kernels before registerGradients replaces some of them.
import { wasm } from './wasm.ts'

const adapters = {
  wasm: async () => wasm,
  cpu: async () => (await import('./cpu.ts')).cpu,
} satisfies Readonly<Record<string, () => Promise<BackendAdapter>>>

export type BackendName = keyof typeof adapters

export interface BackendInfo {
  readonly name: BackendName
  /** What computes: `WebAssembly SIMD, one thread`. */
  readonly device: string
  /** Of tfjs-core. */
  readonly version: string
}

/**
 * Makes tfjs compute with a backend, registers the gradients, and says what was got. Nothing is ever chosen in place of what was
 * asked for: `cpu`, in plain JavaScript, is 20 to 70 times slower than `wasm` and must be asked for by name.
 * Throws `backend-missing`.
 */
export async function useBackend(name: BackendName | (string & {}) = 'wasm'): Promise<BackendInfo> {
  if (!isKnown(name)) {
    throw new ExplainError(
      'backend-missing',
      `There is no backend '${name}'.`,
      `Ask for ${Object.keys(adapters).join(' or ')}.`,
    )
  }
  let adapter: BackendAdapter
  let started: boolean
  try {
    adapter = await adapters[name]()
    if (getBackend() !== name) await adapter.prepare()
    registerGradients()
    started = await setBackend(name)
  } catch (cause) {
    throw missing(name, cause)
  }
  if (!started || getBackend() !== name) {
    // tfjs keeps the failed start and would fail again without trying.
    removeBackend(name)
    throw missing(name)
  }
  return { name, device: adapter.device(), version: version_core }
}

const isKnown = (name: string): name is BackendName => Object.hasOwn(adapters, name)

const missing = (name: BackendName, cause?: unknown) =>
  new ExplainError(
    'backend-missing',
    `The ${name} backend did not start${cause instanceof Error ? ` (${firstLine(cause.message)})` : ''}.`,
    name === 'wasm'
      ? "Reinstall @tensorflow/tfjs-backend-wasm in the version of @tensorflow/tfjs-core, or ask for the slow 'cpu'."
      : `Reinstall @tensorflow/tfjs-backend-${name} in the version of @tensorflow/tfjs-core.`,
    { cause },
  )

const firstLine = (text: string) => text.split('\n', 1)[0]!
