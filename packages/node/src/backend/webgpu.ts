import { ExplainError } from '@explainnet/core'
import {
  findBackendFactory,
  type KernelBackend,
  registerBackend,
  removeBackend,
  version_core,
} from '@tensorflow/tfjs-core'
import type { BackendAdapter, Device } from './adapter.ts'
import { importOptional } from './optional-package.ts'

/** WebGPU through Dawn, which the npm package `webgpu` brings along for Linux, macOS and Windows. */
export const webgpu: BackendAdapter = {
  registeredAs: 'webgpu',
  async find() {
    if (runs()) return running!.device
    const gpu = await navigatorGPU()
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
    if (!adapter) {
      throw new ExplainError(
        'backend-missing',
        'WebGPU finds no GPU.',
        'Install its driver (Vulkan on Linux), or ask for another backend.',
      )
    }
    const device = describe(adapter.info)
    refuseSmall(adapter.limits, device)
    found = { adapter, device }
    return device
  },
  async prepare() {
    if (runs()) return
    const { adapter, device } = found!
    const { WebGPUBackend } = await importOptional<TfjsWebGPU>('@tensorflow/tfjs-backend-webgpu', install, repair)
    const gpuDevice = await adapter.requestDevice({
      requiredFeatures: ['timestamp-query'].filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(Object.keys(needed).map((name) => [name, adapter.limits[name]!])),
    })
    // Of its own: tfjs registers one only if navigator.gpu was there when it was imported.
    const factory = () => new WebGPUBackend(gpuDevice, adapter.info)
    const state = { device, factory, lost: false }
    void gpuDevice.lost.then(() => {
      state.lost = true
    })
    if (findBackendFactory('webgpu')) removeBackend('webgpu')
    registerBackend('webgpu', factory, 3)
    running = state
  },
}

/** `navigator.gpu`, which is made if it is not there: tfjs looks for it, and Dawn lives as long as somebody holds it. */
async function navigatorGPU(): Promise<GPU> {
  const scope = globalThis as { navigator?: { gpu?: GPU } }
  if (scope.navigator?.gpu) return scope.navigator.gpu
  const dawn = await importOptional<Dawn>('webgpu', install, repair)
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create([])
  // Node 20 has no navigator.
  if (!scope.navigator) {
    Object.defineProperty(scope, 'navigator', {
      value: { userAgent: `Node.js/${process.versions.node}` },
      configurable: true,
    })
  }
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true })
  return gpu
}

let found: { readonly adapter: GPUAdapter; readonly device: Device } | undefined
let running: { readonly device: Device; readonly factory: () => KernelBackend; readonly lost: boolean } | undefined

/** Whether the device is there, and its backend still the one that tfjs would use. */
const runs = () => running !== undefined && !running.lost && findBackendFactory('webgpu') === running.factory

/** What WebGPU guarantees, but for the devices of its compatibility mode, and the shaders of tfjs rely on. */
const needed: Readonly<Record<string, number>> = {
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 2 ** 27,
  maxBufferSize: 2 ** 28,
}

function refuseSmall(limits: GPUAdapter['limits'], { description }: Device): void {
  for (const [name, least] of Object.entries(needed)) {
    if (limits[name]! >= least) continue
    throw new ExplainError(
      'backend-missing',
      `The GPU (${description}) has ${name} ${limits[name]}, and TensorFlow.js needs ${least}.`,
      'Update its driver, or ask for another backend.',
    )
  }
}

const software = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i

function describe(info: GPUAdapterInfo): Device {
  const parts = [info.device, info.description].filter((part) => part !== '')
  const description =
    parts.length > 0 ? parts.join(', ') : `${info.vendor} ${info.architecture}`.trim() || 'unnamed GPU'
  const all = `${info.vendor} ${info.architecture} ${description}`
  return info.isFallbackAdapter || software.test(all)
    ? { description: `${description}, emulated in software`, software: true }
    : { description }
}

const install = `npm install webgpu @tensorflow/tfjs-backend-webgpu@${version_core}`
const repair = 'Reinstall webgpu, which has binaries for Linux (glibc), macOS and Windows, or ask for another backend.'

interface Dawn {
  readonly globals: object
  create(options: string[]): GPU
}
interface GPU {
  requestAdapter(options: object): Promise<GPUAdapter | null>
}
interface TfjsWebGPU {
  readonly WebGPUBackend: new (device: GPUDevice, info: GPUAdapterInfo) => KernelBackend
}
interface GPUAdapterInfo {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  readonly isFallbackAdapter?: boolean
}
interface GPUAdapter {
  readonly info: GPUAdapterInfo
  readonly features: { has(name: string): boolean }
  readonly limits: Readonly<Record<string, number | undefined>>
  requestDevice(descriptor: object): Promise<GPUDevice>
}
interface GPUDevice {
  readonly lost: Promise<unknown>
}
