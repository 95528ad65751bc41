import {
  findBackendFactory,
  getBackend,
  getGradient,
  registerGradient,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fakeDawn, fakeTensorFlow, type Packages } from '../../test/fakes.ts'
import { useBackend } from './use-backend.ts'

/** The optional packages that are installed, as far as the adapters can tell. */
const packages: Packages = new Map()
vi.mock(import('./optional-package.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    importOptional: async <T>(name: string, install: string, repair: string) => {
      if (name === '@tensorflow/tfjs-backend-webgpu') return real.importOptional<T>(name, install, repair)
      const load = packages.get(name)
      if (load) return load() as T
      return real.importOptional<T>(`${name}-that-nobody-installed`, install, repair)
    },
  }
})

beforeEach(async () => {
  packages.clear()
  await useBackend('wasm')
})
afterEach(async () => {
  await setBackend('wasm')
  for (const name of ['tensorflow', 'webgpu']) if (findBackendFactory(name)) removeBackend(name)
  delete (navigator as { gpu?: object }).gpu
})

const reasons = async () => (await useBackend()).tried.map(({ name, reason }) => `${name}: ${reason}`)

describe('auto', () => {
  it('takes wasm where nothing else is installed, and says why not the others', async () => {
    expect(await useBackend('auto')).toMatchObject({ name: 'wasm', device: 'WebAssembly SIMD, one thread' })
    expect(await reasons()).toEqual([
      'tensorflow-gpu: @tensorflow/tfjs-node-gpu-that-nobody-installed is not installed.',
      'webgpu: webgpu-that-nobody-installed is not installed.',
      'tensorflow: @tensorflow/tfjs-node-that-nobody-installed is not installed.',
    ])
  })
  it('prefers TensorFlow to wasm', async () => {
    fakeTensorFlow(packages, '@tensorflow/tfjs-node', false)
    expect(await useBackend()).toMatchObject({ name: 'tensorflow', device: 'TensorFlow 2.9.1 on the processor' })
    expect(getBackend()).toBe('tensorflow')
  })
  it('prefers a GPU by WebGPU to TensorFlow on the processor', async () => {
    fakeTensorFlow(packages, '@tensorflow/tfjs-node', false)
    fakeDawn(packages, {})
    expect(await useBackend()).toMatchObject({ name: 'webgpu', device: 'NVIDIA H200, NVIDIA: 550.54', software: false })
    expect(getBackend()).toBe('webgpu')
  })
  it('prefers TensorFlow on a GPU to all others', async () => {
    fakeTensorFlow(packages, '@tensorflow/tfjs-node-gpu', true)
    fakeDawn(packages, {})
    expect(await useBackend()).toMatchObject({ name: 'tensorflow-gpu', device: 'TensorFlow 2.9.1 on a GPU', tried: [] })
    expect(getBackend()).toBe('tensorflow')
  })
  it('does not count tfjs-node-gpu for a GPU where it found none, but for TensorFlow', async () => {
    fakeTensorFlow(packages, '@tensorflow/tfjs-node-gpu', false)
    expect(await useBackend()).toMatchObject({ name: 'tensorflow', device: 'TensorFlow 2.9.1 on the processor' })
    expect(await reasons()).toContain('tensorflow-gpu: TensorFlow 2.9.1 finds no GPU.')
  })
  it.each([
    { isFallbackAdapter: true },
    { device: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    { device: '', description: '', vendor: 'google', architecture: 'swiftshader' },
    { device: 'Microsoft Basic Render Driver' },
  ])('leaves out a GPU that is emulated: %o', async (info) => {
    fakeDawn(packages, { info })
    expect(await useBackend()).toMatchObject({ name: 'wasm', software: false })
    expect((await reasons())[1]).toMatch(/^webgpu: The only GPU is .*, emulated in software\.$/)
    expect(await useBackend('webgpu')).toMatchObject({ software: true, device: expect.stringContaining('emulated') })
  })
  it('never takes cpu, but names it in the error', async () => {
    vi.doMock('./wasm.ts', () => ({
      wasm: { registeredAs: 'wasm', find: () => Promise.reject(new Error('WebAssembly is switched off\n    at')) },
    }))
    vi.resetModules()
    const { useBackend: withoutWasm } = await import('./use-backend.ts')
    vi.doUnmock('./wasm.ts')
    await expect(withoutWasm()).rejects.toMatchObject({
      code: 'backend-missing',
      message: expect.stringMatching(/wasm: .*WebAssembly is switched off.*--backend cpu/),
    })
  })
})

describe('a backend asked for by name', () => {
  it.each([
    ['tensorflow-gpu', /npm install @tensorflow\/tfjs-node-gpu@4/],
    ['webgpu', /npm install webgpu @tensorflow\/tfjs-backend-webgpu@4/],
    ['tensorflow', /npm install @tensorflow\/tfjs-node@4/],
  ])(
    '%s, not installed, is an error with the command that installs it, and the backend in use stays',
    async (name, cure) => {
      const error = { code: 'backend-missing', message: expect.stringMatching(cure) }
      await expect(useBackend(name)).rejects.toMatchObject(error)
      expect(getBackend()).toBe('wasm')
    },
  )
  it('tensorflow-gpu without a GPU is an error, and the backend in use stays', async () => {
    fakeTensorFlow(packages, '@tensorflow/tfjs-node-gpu', false)
    const error = { code: 'backend-missing', message: expect.stringMatching(/2\.9\.1 finds no GPU.*CUDA/) }
    await expect(useBackend('tensorflow-gpu')).rejects.toMatchObject(error)
    expect(getBackend()).toBe('wasm')
  })
  it('tensorflow-gpu in a process that runs tfjs-node is an error', async () => {
    fakeTensorFlow(packages, '@tensorflow/tfjs-node', false)
    await useBackend('tensorflow')
    const error = { code: 'backend-missing', message: expect.stringContaining('fresh') }
    await expect(useBackend('tensorflow-gpu')).rejects.toMatchObject(error)
  })
  it('webgpu without a GPU is an error', async () => {
    fakeDawn(packages, undefined)
    const error = { code: 'backend-missing', message: expect.stringContaining('finds no GPU') }
    await expect(useBackend('webgpu')).rejects.toMatchObject(error)
  })
  it('webgpu on a GPU with less than TensorFlow.js needs is an error that names the limit', async () => {
    fakeDawn(packages, { limits: { maxComputeInvocationsPerWorkgroup: 128 } })
    const error = {
      code: 'backend-missing',
      message: expect.stringContaining('maxComputeInvocationsPerWorkgroup 128, and TensorFlow.js needs 256'),
    }
    await expect(useBackend('webgpu')).rejects.toMatchObject(error)
    expect(getBackend()).toBe('wasm')
  })
})

it('gradients registered before TensorFlow is imported stay: tfjs-node registers its own over them', async () => {
  const before = getGradient('Relu')
  const mine = { ...before, gradFunc: () => ({}) }
  registerGradient(mine)
  fakeTensorFlow(packages, '@tensorflow/tfjs-node', false, () =>
    registerGradient({ kernelName: 'Relu', gradFunc: () => ({}) }),
  )
  await useBackend('tensorflow')
  expect(getGradient('Relu')).toBe(mine)
  registerGradient(before)
})
