import { backend, getBackend } from '@tensorflow/tfjs-core'
import type { BackendRecord } from '../api.ts'

const devices = new WeakMap<object, string>()

/**
 * Says what the current backend of tfjs computes on, for the certificates: `WebAssembly SIMD, one thread`. For runtimes, which start
 * backends and know; it holds as long as that backend runs.
 */
export function describeDevice(device: string): void {
  devices.set(backend(), device)
}

/** The current backend of tfjs, for a certificate. */
export function backendRecord(): BackendRecord {
  const name = getBackend() as string | undefined
  return name ? { name, device: devices.get(backend()) } : { name: 'none' }
}
