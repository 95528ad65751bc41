/** What runs in Chromium: bundled, then asked for one backend after the other. */
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { getThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { env, getBackend, setBackend } from '@tensorflow/tfjs-core'
import { checkRows, type References, rows } from '../src/index.ts'
import type { ColumnResult } from './column.ts'

declare global {
  var runMatrix: (backend: string, stock: boolean, references: References) => Promise<ColumnResult>
  var showProgress: (text: string) => Promise<void>
}

globalThis.runMatrix = async (backend, stock, references) => {
  setWasmPaths('/wasm/')
  if (!stock) registerGradients()
  await setBackend(backend)
  if (getBackend() !== backend) throw new Error(`The ${backend} backend did not start.`)
  const cells = await checkRows(rows, references, (done, count) => void showProgress(`${done} of ${count}`))
  return { device: await deviceOf(backend), cells }
}

const count = (threads: number) => (threads === 1 ? 'one thread' : `${threads} threads`)

async function deviceOf(backend: string): Promise<string> {
  if (backend === 'wasm') {
    const simd = env().getBool('WASM_HAS_SIMD_SUPPORT')
    const threads = await env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')
    // The build for threads, in shared memory; tfjs 4.22 starts none.
    return `WebAssembly${simd ? ' SIMD' : ''}${threads ? ', threaded build' : ''}, ${count(getThreadsCount())}`
  }
  if (backend === 'webgpu') {
    const { vendor, architecture } = (await navigator.gpu.requestAdapter())!.info
    return `${vendor} ${architecture}`.trim()
  }
  const gl = document.createElement('canvas').getContext('webgl2')!
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
}
