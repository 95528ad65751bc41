/** What runs in Chromium: bundled, then asked for one backend after the other. */
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { env, getBackend, setBackend } from '@tensorflow/tfjs-core'
import { type Cell, check, type Reference, rows } from '../src/index.ts'

declare global {
  var runMatrix: (
    backend: string,
    stock: boolean,
    references: Readonly<Record<string, Reference>>,
  ) => Promise<PageResult>
  var showProgress: (text: string) => Promise<void>
}

export interface PageResult {
  readonly device: string
  readonly cells: Record<string, Cell>
}

globalThis.runMatrix = async (backend, stock, references) => {
  setWasmPaths('/wasm/')
  if (!stock) registerGradients()
  await setBackend(backend)
  if (getBackend() !== backend) throw new Error(`The ${backend} backend did not start.`)
  const cells: Record<string, Cell> = {}
  for (const [i, row] of rows.entries()) {
    const reference = references[row.id]
    if (reference) cells[row.id] = await check(row, reference)
    if (i % 25 === 0) await showProgress(`${i} of ${rows.length}`)
  }
  return { device: await deviceOf(backend), cells }
}

async function deviceOf(backend: string): Promise<string> {
  if (backend === 'wasm') {
    const [simd, threads] = [
      env().getBool('WASM_HAS_SIMD_SUPPORT'),
      await env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'),
    ]
    return `WebAssembly${simd ? ' SIMD' : ''}${threads ? ', threads' : ''}`
  }
  if (backend === 'webgpu') {
    const { vendor, architecture } = (await navigator.gpu.requestAdapter())!.info
    return `${vendor} ${architecture}`.trim()
  }
  const gl = document.createElement('canvas').getContext('webgl2')!
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
}
