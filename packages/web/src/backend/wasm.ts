import { ExplainError } from '@explainnet/core'
import { env } from '@tensorflow/tfjs-core'
import type { BackendAdapter, BackendOptions } from './adapter.ts'
import { wasmFiles } from './wasm-files.ts'

type Tfjs = typeof import('@tensorflow/tfjs-backend-wasm')

export const wasm: BackendAdapter = {
  async find() {
    if (typeof WebAssembly === 'undefined') {
      throw new ExplainError('backend-missing', 'This browser has no WebAssembly.', 'Ask for another backend.')
    }
    return { description: 'WebAssembly' }
  },
  async load({ wasmPaths }) {
    Object.assign(urls, resolved(wasmPaths))
    if (tfjs === undefined) {
      tfjs = await import('@tensorflow/tfjs-backend-wasm')
      tfjs.setWasmPaths(urls)
    }
    // The threaded file of tfjs 4.22 starts no thread, whatever it is told, and wants a worker from a blob: where a policy forbids it.
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT')
    binary = urls[simd ? 'tfjs-backend-wasm-simd.wasm' : 'tfjs-backend-wasm.wasm']!
  },
  describe: () => `WebAssembly${env().getBool('WASM_HAS_SIMD_SUPPORT') ? ' SIMD' : ''}, one thread`,
  async diagnose() {
    let why: string | undefined
    try {
      const response = await fetch(binary, { credentials: 'same-origin' })
      const start = new Uint8Array(await response.arrayBuffer()).subarray(0, 4)
      if (!response.ok) why = `answers ${response.status}`
      else if (String.fromCharCode(...start) !== '\0asm') why = 'is no WebAssembly file, perhaps a page in its place'
    } catch {
      why = 'cannot be fetched'
    }
    return why === undefined
      ? undefined
      : new ExplainError(
          'backend-missing',
          `${binary}, which the wasm backend needs, ${why}.`,
          'Name the folder of the .wasm files of @tensorflow/tfjs-backend-wasm by wasmPaths.',
        )
  },
}

let tfjs: Tfjs | undefined
let binary = ''
// tfjs keeps this very object, and after a failed start refuses to be given another one. It insists on an entry for the file of threads.
const urls: Record<string, string> = { 'tfjs-backend-wasm-threaded-simd.wasm': '' }

function resolved(paths: BackendOptions['wasmPaths']): Readonly<Record<string, string>> {
  if (typeof paths === 'object') return { ...wasmFiles, ...paths }
  if (paths === undefined) return wasmFiles
  const folder = paths.endsWith('/') ? paths : `${paths}/`
  return Object.fromEntries(Object.keys(wasmFiles).map((name) => [name, folder + name]))
}
