import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { ExplainError } from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import * as tf from '@tensorflow/tfjs-core'
// Registers tfjs-layers' own gradients before ours look at what is missing.
import '@tensorflow/tfjs-layers'

export type BackendName = 'wasm' | 'cpu'

export interface BackendInfo {
  readonly name: BackendName
  /** What runs the kernels: `SIMD`, `scalar`, `JavaScript`. */
  readonly device: string
}

/**
 * Asks tfjs for a backend, checks that it really got it, and registers gradients. `wasm` is the default everywhere; `cpu`,
 * plain JavaScript, is 20 to 70 times slower and is used only when asked for.
 *
 * @throws ExplainError `backend-missing` if tfjs has the backend not, or silently keeps another one.
 */
export async function useBackend(name: BackendName = 'wasm'): Promise<BackendInfo> {
  if (name !== 'wasm' && name !== 'cpu') {
    throw new ExplainError('backend-missing', `There is no backend '${name}'.`, "Use 'wasm' or 'cpu'.")
  }
  registerGradients()
  let cause: unknown
  const set = await tf.setBackend(name).catch((error: unknown) => {
    cause = error
    return false
  })
  if (set) await tf.ready()
  if (!set || tf.getBackend() !== name) {
    throw new ExplainError(
      'backend-missing',
      `The backend '${name}' does not start; tfjs stays on '${tf.getBackend() ?? 'none'}'.`,
      name === 'wasm'
        ? "Reinstall @tensorflow/tfjs-backend-wasm, or ask for 'cpu'."
        : 'Reinstall @tensorflow/tfjs-backend-cpu.',
      { cause },
    )
  }
  return { name, device: await deviceOf(name) }
}

async function deviceOf(name: BackendName): Promise<string> {
  if (name === 'cpu') return 'JavaScript'
  return (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) ? 'SIMD' : 'scalar'
}
