import { backendNames } from '@explainnet/node'
import { Option } from 'commander'

export interface BackendOption {
  readonly backend: string
}

/** `--backend` of the commands that compute. */
export const backendOption = (): Option =>
  new Option(
    '--backend <name>',
    'what computes; auto: the first that is there of tensorflow-gpu, webgpu, tensorflow, wasm. cpu is 20 to 70 times slower than wasm',
  )
    .choices(['auto', ...backendNames])
    .default('auto')
