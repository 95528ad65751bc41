import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { engine, env } from '@tensorflow/tfjs-core'
import type { BackendAdapter } from './adapter.ts'

export const wasm: BackendAdapter = {
  registeredAs: 'wasm',
  async find() {
    const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT')
    return { description: `WebAssembly${simd ? ' SIMD' : ''}, one thread` }
  },
  async prepare() {
    // Once it was started, it refuses to be told.
    if ('wasm' in engine().registry) return
    // Named outright: the backend looks beside its own script, which is elsewhere once somebody bundles it.
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
    setWasmPaths(join(dirname(entry), 'dist') + sep)
  },
}
