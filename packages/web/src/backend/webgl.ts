import { ExplainError } from '@explainnet/core'
import { engine, env } from '@tensorflow/tfjs-core'
import type { BackendAdapter } from './adapter.ts'
import { isSoftware } from './software.ts'

export const webgl: BackendAdapter = {
  async find() {
    const gl = probe()
    if (!gl) {
      throw new ExplainError(
        'backend-missing',
        'This browser gives no WebGL.',
        "Switch on hardware acceleration in the browser's settings, or ask for 'wasm'.",
      )
    }
    const details = gl.getExtension('WEBGL_debug_renderer_info')
    const name = String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
    // Contexts are few, and the oldest is taken from whoever has it when one too many is made.
    gl.getExtension('WEBGL_lose_context')?.loseContext()
    return isSoftware(name) ? { description: `${name}, emulated in software`, software: true } : { description: name }
  },
  async load() {
    await import('@tensorflow/tfjs-backend-webgl')
    // Whether the GPU may be an emulated one was decided before.
    env().set('SOFTWARE_WEBGL_ENABLED', true)
  },
  usesHalfFloats: () => !env().getBool('WEBGL_RENDER_FLOAT32_ENABLED'),
  isLost: () => runningContext()?.isContextLost() ?? false,
}

/** The context of the backend that runs. */
export const runningContext = (): WebGL2RenderingContext | undefined =>
  (engine().registry['webgl'] as { gpgpu?: { gl?: WebGL2RenderingContext } } | undefined)?.gpgpu?.gl

function probe(): WebGL2RenderingContext | WebGLRenderingContext | null {
  if (typeof OffscreenCanvas === 'undefined' && typeof document === 'undefined') return null
  const canvas = typeof OffscreenCanvas === 'undefined' ? document.createElement('canvas') : new OffscreenCanvas(1, 1)
  return (canvas.getContext('webgl2') ?? canvas.getContext('webgl')) as WebGL2RenderingContext | null
}
