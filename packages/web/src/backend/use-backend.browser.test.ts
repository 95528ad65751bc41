import { explain, fromFunction } from '@explainnet/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { onBackendLost } from './backend-lost.ts'
import { backendNames, useBackend } from './use-backend.ts'

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('useBackend', () => {
  it('names the wasm file that is not there, or is a page, and starts once it is told where it is', async () => {
    const page = URL.createObjectURL(new Blob(['<!doctype html>'], { type: 'text/html' }))
    const pages = Object.fromEntries(['', '-simd'].map((kind) => [`tfjs-backend-wasm${kind}.wasm`, page]))
    for (const [wasmPaths, words] of [
      [new URL('/nowhere', location.href).href, /nowhere\/tfjs-backend-wasm-simd[.]wasm.*answers 404.*wasmPaths/],
      [pages, /blob:.*no WebAssembly file.*wasmPaths/],
    ] as const) {
      expect(await refusal(useBackend('wasm', { wasmPaths }))).toMatchObject({
        code: 'backend-missing',
        message: expect.stringMatching(words),
      })
    }
    const { name, device, software } = await useBackend('wasm')
    expect({ name, device, software }).toEqual({
      name: 'wasm',
      device: 'WebAssembly SIMD, one thread',
      software: false,
    })
    expect(tf.getBackend()).toBe('wasm')
  })

  it('by itself never takes a GPU that is emulated, and says so', async () => {
    const { name, tried, version } = await useBackend()
    expect(name).toBe('wasm')
    expect(version).toBe(tf.version_core)
    expect(tried).toEqual([
      { name: 'webgpu', reason: expect.stringMatching(/swiftshader, emulated in software/i) },
      { name: 'webgl', reason: expect.stringMatching(/swiftshader.*emulated in software/i) },
    ])
  })

  it.each(['webgl', 'webgpu', 'wasm'])('takes %s when asked for by name, with its gradients', async (wanted) => {
    const { name, software, device } = await useBackend(wanted)
    expect(name).toBe(wanted)
    expect(software).toBe(wanted !== 'wasm')
    expect(tf.getBackend()).toBe(wanted)
    const gradient = tf.tidy(() => tf.grad((x) => tf.sum(tf.relu(x)))(tf.tensor1d([-1, 2])))
    expect(Array.from(await gradient.data())).toEqual([0, 1])
    gradient.dispose()
    const model = fromFunction((x) => x, { inputs: [null, 2], outputs: [null, 2] })
    const { certificate } = await explain(
      model,
      { shape: [1, 2], data: Float32Array.of(1, 2) },
      {
        apiVersion: 1,
        name: 'nothing',
        needs: 'predictions',
        deterministic: true,
        options: {},
        async *attribute() {
          yield {
            maps: { input: { shape: [1, 2], data: new Float32Array(2), axes: ['batch', 'feature'], domain: 'input' } },
          }
        },
      },
    )
    expect(certificate.backend).toEqual({ name: wanted, device })
  })

  it('keeps the backend in use when another cannot be had', async () => {
    await useBackend('wasm')
    for (const name of ['cuda', 'cpu', 'tensorflow']) {
      expect(await refusal(useBackend(name))).toMatchObject({
        code: 'backend-missing',
        message: expect.stringContaining(`'${name}'`),
      })
    }
    expect(tf.getBackend()).toBe('wasm')
    expect(backendNames).toEqual(['webgpu', 'webgl', 'wasm'])
  })

  it('serves calls in turn, the last of which holds', async () => {
    const names = await Promise.all([
      useBackend('webgl'),
      useBackend('wasm'),
      useBackend('webgpu'),
      useBackend('webgl'),
    ])
    expect(names.map(({ name }) => name)).toEqual(['webgl', 'wasm', 'webgpu', 'webgl'])
    expect(tf.getBackend()).toBe('webgl')
  })

  it.each(['webgl', 'webgpu', 'wasm'])('starts %s in a worker, too', async (name) => {
    const worker = new Worker(new URL('./fixtures/starter.ts', import.meta.url), { type: 'module' })
    const info = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = (event) => reject(new Error(event.message))
      worker.postMessage(name)
    })
    expect(info).toMatchObject({ name, software: name !== 'wasm' })
    worker.terminate()
  })

  it('says that a WebGL of 16 bits is one', async () => {
    await useBackend('webgl')
    tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', false)
    expect(await useBackend('webgl')).toMatchObject({ halfFloat: true })
    tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', true)
    expect((await useBackend('webgl')).halfFloat).toBeUndefined()
  })
})

describe('a page without', () => {
  it('WebGL: the reason names the switch', async () => {
    const { getContext } = OffscreenCanvas.prototype
    OffscreenCanvas.prototype.getContext = () => null
    try {
      expect(await refusal(useBackend('webgl'))).toMatchObject({
        code: 'backend-missing',
        message: expect.stringMatching(/no WebGL.*hardware acceleration/),
      })
    } finally {
      OffscreenCanvas.prototype.getContext = getContext
    }
  })

  it('WebGPU, or whose WebGPU has no GPU: the reason says so', async () => {
    const { gpu } = navigator
    for (const [stand, words] of [
      [undefined, /no WebGPU/],
      [{ requestAdapter: async () => null }, /finds no GPU/],
    ] as const) {
      Object.defineProperty(navigator, 'gpu', { value: stand, configurable: true })
      expect(await refusal(useBackend('webgpu'))).toMatchObject({
        code: 'backend-missing',
        message: expect.stringMatching(words),
      })
    }
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  })
})

describe('a device that is lost', () => {
  const lose = {
    webgl: () =>
      (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu.gl
        .getExtension('WEBGL_lose_context')!
        .loseContext(),
    webgpu: () => (tf.backend() as unknown as { device: GPUDevice }).device.destroy(),
  }

  it.each(['webgl', 'webgpu'] as const)('of %s is noticed, and useBackend starts it anew', async (name) => {
    await useBackend(name)
    const unheard: string[] = []
    onBackendLost((reason) => unheard.push(reason))()
    const reason = new Promise<string>((resolve) => onBackendLost(resolve))
    lose[name]()
    expect(await reason).toMatch(/(WebGL context|WebGPU device) was lost/)
    expect(unheard).toEqual([])
    await useBackend(name)
    const sum = tf.tidy(() => tf.sum(tf.tensor1d([1, 2])))
    expect(Array.from(await sum.data())).toEqual([3])
    sum.dispose()
  })
})
