import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { env } from '@tensorflow/tfjs-core'
import type { BackendAdapter } from './adapter.ts'

export const wasm: BackendAdapter = {
  async prepare() {
    // Named outright: the backend looks beside its own script, which is elsewhere once somebody bundles it.
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
    setWasmPaths(join(dirname(entry), 'dist') + sep)
  },
  device: () => `WebAssembly${env().getBool('WASM_HAS_SIMD_SUPPORT') ? ' SIMD' : ''}, one thread`,
}
