import { gradientsRegistered } from '@explainnet/gradients'
import { getBackend, tensor } from '@tensorflow/tfjs-core'
import { afterEach, expect, it, vi } from 'vitest'
import { useBackend } from './use-backend.ts'

afterEach(() => vi.restoreAllMocks())

it('wasm comes with its gradients', async () => {
  const backend = await useBackend('wasm')
  expect(backend).toMatchObject({ name: 'wasm', device: expect.stringContaining('WebAssembly') })
  expect(getBackend()).toBe('wasm')
  expect(gradientsRegistered()).toBe(true)
})
it('cpu is used when asked for by name, without a banner, and left again', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  await useBackend('wasm')
  await useBackend('cpu')
  expect(getBackend()).toBe('cpu')
  tensor([1, 2]).dispose()
  await useBackend('wasm')
  expect(getBackend()).toBe('wasm')
  expect(warn).not.toHaveBeenCalled()
})
it('an unknown backend is refused, and the one in use stays', async () => {
  await useBackend('wasm')
  await expect(useBackend('webgl')).rejects.toMatchObject({
    code: 'backend-missing',
    message: "There is no backend 'webgl'. Ask for auto, tensorflow-gpu, webgpu, tensorflow, wasm or cpu.",
  })
  expect(getBackend()).toBe('wasm')
})
