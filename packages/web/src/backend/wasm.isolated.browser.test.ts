import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { useBackend } from './use-backend.ts'

it('a cross-origin isolated page has the wasm backend of other pages', async () => {
  expect(crossOriginIsolated).toBe(true)
  expect((await useBackend('wasm')).device).toBe('WebAssembly SIMD, one thread')
  const { wasm } = tf.backend() as unknown as { wasm: { wasmMemory?: WebAssembly.Memory } }
  expect(wasm.wasmMemory).toBeUndefined()
  const product = tf.tidy(() => tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])))
  expect((await product.data())[0]).toBe(64)
  product.dispose()
})
