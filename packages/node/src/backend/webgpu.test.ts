import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { explain, fromFunction } from '@explainnet/core'
import { backend, getBackend, sum } from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { difference, explained, gradient, networks, numbers } from '../../test/networks.ts'
import { useBackend } from './use-backend.ts'

const there = await useBackend('webgpu').then(
  () => true,
  () => false,
)
afterAll(() => useBackend('wasm'))

interface GPUDevice {
  readonly lost: Promise<unknown>
  destroy(): void
  createBuffer(descriptor: object): unknown
}
const device = () => (backend() as unknown as { device: GPUDevice }).device

describe.skipIf(!there)('webgpu by Dawn (needs a GPU device, an emulated one will do)', () => {
  it.each(Object.keys(networks))('explains %s as cpu does, and leaves no tensor', async (name) => {
    await useBackend('cpu')
    const wanted = await explained(name)
    const info = await useBackend('webgpu')
    const found = await explained(name)
    expect(difference(wanted.scores, found.scores)).toBeLessThan(1e-5)
    expect(difference(wanted.values, found.values)).toBeLessThan(1e-5)
    expect(found.leaked).toBe(0)
    expect(found.backend).toEqual({ name: 'webgpu', device: info.device })
  })

  it('says of an emulated GPU what it is, and auto leaves that one out', async () => {
    const { device, software } = await useBackend('webgpu')
    expect(software).toBe(/emulated/.test(device))
    const auto = await useBackend('auto')
    const left = auto.tried.find(({ name }) => name === 'webgpu')
    if (software) expect(left?.reason).toContain('emulated in software')
    else expect(left).toBeUndefined()
  })

  it('keeps its device from one call to the next', async () => {
    await useBackend('webgpu')
    const first = device()
    await useBackend('wasm')
    await useBackend('webgpu')
    expect(device()).toBe(first)
  })

  it('gives a typed error for a command that the device refuses, where stale memory would be read', async () => {
    await useBackend('webgpu')
    const model = fromFunction(
      (x) => {
        device().createBuffer({ size: 2 ** 50, usage: 0x80 })
        return sum(x, 1, true)
      },
      { inputs: [null, 2], outputs: [null, 1] },
    )
    const error = { code: 'out-of-memory', message: expect.stringContaining('webgpu') }
    await expect(explain(model, numbers([1, 2], 1), gradient)).rejects.toMatchObject(error)
  })

  it('gives a typed error when its device is lost, and is started anew when asked for', async () => {
    await useBackend('webgpu')
    const model = fromFunction((x) => sum(x, 1, true), { inputs: [null, 2], outputs: [null, 1] })
    await explain(model, numbers([1, 2], 1), gradient)
    device().destroy()
    await device().lost
    const error = { code: 'backend-lost', message: expect.stringContaining('webgpu') }
    await expect(explain(model, numbers([1, 2], 1), gradient)).rejects.toMatchObject(error)
    await useBackend('webgpu')
    expect(getBackend()).toBe('webgpu')
    await expect(explain(model, numbers([1, 2], 1), gradient)).resolves.toBeDefined()
  })

  it.each(['end', 'exit', 'worker'])('lets the process end by itself: %s', async (way) => {
    const script = fileURLToPath(new URL('../../test/fixtures/explain-and-end.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', script, way])
    expect(stdout).toBe('2 4 6\n')
  })
})
