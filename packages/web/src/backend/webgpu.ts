import { ExplainError } from '@explainnet/core'
import { engine } from '@tensorflow/tfjs-core'
import type { BackendAdapter, Device } from './adapter.ts'
import { isSoftware } from './software.ts'

export const webgpu: BackendAdapter = {
  async find() {
    const { gpu } = navigator as { gpu?: GPU }
    if (!gpu) {
      throw new ExplainError(
        'backend-missing',
        globalThis.isSecureContext
          ? 'This browser has no WebGPU.'
          : 'Browsers give WebGPU to pages from https or localhost only.',
        'Ask for another backend.',
      )
    }
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
    if (!adapter) throw new ExplainError('backend-missing', 'WebGPU finds no GPU.', 'Ask for another backend.')
    return describe(adapter.info)
  },
  async load() {
    await import('@tensorflow/tfjs-backend-webgpu')
  },
  isLost() {
    const device = runningDevice()
    return device !== undefined && lost.has(device)
  },
}

/** The device of the backend that runs, watched from the first time that it is asked for. */
export function runningDevice(): GPUDevice | undefined {
  const device = (engine().registry['webgpu'] as { device?: GPUDevice } | undefined)?.device
  if (device && !watched.has(device)) {
    watched.add(device)
    void device.lost.then(() => lost.add(device))
  }
  return device
}

const watched = new WeakSet<GPUDevice>()
const lost = new WeakSet<GPUDevice>()

function describe(info: GPUAdapterInfo): Device {
  const parts = [info.device, info.description].filter((part) => part !== '')
  const description =
    parts.length > 0 ? parts.join(', ') : `${info.vendor} ${info.architecture}`.trim() || 'unnamed GPU'
  return info.isFallbackAdapter || isSoftware(`${info.vendor} ${info.architecture} ${description}`)
    ? { description: `${description}, emulated in software`, software: true }
    : { description }
}
