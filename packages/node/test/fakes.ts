import { KernelBackend, registerBackend, setBackend } from '@tensorflow/tfjs-core'

/** Packages by name, and what happens when they are imported. */
export type Packages = Map<string, () => object>

/** What @tensorflow/tfjs-node and -gpu do when they are imported, without TensorFlow. */
export function fakeTensorFlow(
  packages: Packages,
  name: '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu',
  isUsingGpuDevice: boolean,
  onImport: () => void = () => undefined,
): void {
  class Fake extends KernelBackend {
    readonly isGPUPackage = name.endsWith('gpu')
    readonly isUsingGpuDevice = isUsingGpuDevice
    readonly binding = { TF_Version: '2.9.1' }
    override dispose(): void {}
  }
  packages.set(name, () => {
    registerBackend('tensorflow', () => new Fake(), 3)
    void setBackend('tensorflow')
    onImport()
    return {}
  })
}

const limits = {
  maxComputeWorkgroupStorageSize: 32_768,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 2 ** 31,
  maxBufferSize: 2 ** 31,
}
const info = { vendor: 'nvidia', architecture: 'hopper', device: 'NVIDIA H200', description: 'NVIDIA: 550.54' }

/** Dawn with one GPU, or none, which starts and computes nothing. */
export function fakeDawn(
  packages: Packages,
  gpu: { info?: Partial<typeof info & { isFallbackAdapter: boolean }>; limits?: object } | undefined,
): void {
  const adapter = gpu && {
    info: { ...info, ...gpu.info },
    features: new Set(),
    limits: { ...limits, ...gpu.limits },
    requestDevice: async () => ({ features: new Set(), limits, queue: {}, lost: new Promise(() => {}) }),
  }
  packages.set('webgpu', () => ({ globals: {}, create: () => ({ requestAdapter: async () => adapter ?? null }) }))
}
