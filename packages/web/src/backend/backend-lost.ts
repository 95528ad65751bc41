import { getBackend } from '@tensorflow/tfjs-core'
import { runningContext } from './webgl.ts'
import { runningDevice } from './webgpu.ts'

/**
 * Tells when the backend in use loses its WebGL context or WebGPU device, once, in words; never of wasm. What was under way then
 * fails with `backend-lost`; `useBackend` starts it anew. Gives a function that ends the watch.
 */
export function onBackendLost(listener: (reason: string) => void): () => void {
  const name = getBackend() as string | undefined
  const watch = new AbortController()
  const tell = (reason: string) => {
    if (watch.signal.aborted) return
    watch.abort()
    listener(reason)
  }
  if (name === 'webgl') {
    const { signal } = watch
    runningContext()?.canvas.addEventListener('webglcontextlost', () => tell('The WebGL context was lost.'), { signal })
  } else if (name === 'webgpu') {
    void runningDevice()?.lost.then(({ message }) => tell(`The WebGPU device was lost. ${message}`.trim()))
  }
  return () => watch.abort()
}
