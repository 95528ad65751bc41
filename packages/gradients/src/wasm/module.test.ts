import { describe, expect, it } from 'vitest'
import type { WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

const backendWith = (wasm: object) => ({ wasm }) as WasmBackend
const plain = () => new WebAssembly.Memory({ initial: 2 })
const shared = () => new WebAssembly.Memory({ initial: 2, maximum: 65536, shared: true })

describe('the module on the memory of the backend', () => {
  it.each([
    [
      'plain, as in the ordinary builds',
      () => ({ memory: plain() }),
      (memory: WebAssembly.Memory) => ({ asm: { memory } }),
    ],
    [
      'shared, as in the threaded build',
      () => ({ memory: shared() }),
      (wasmMemory: WebAssembly.Memory) => ({ wasmMemory, asm: {} }),
    ],
  ])('computes in memory that is %s', (_, make, wasm) => {
    const { memory } = make()
    const values = new Float32Array(memory.buffer)
    values.set([1, 2, 3, 4, 5, 6], 8)
    gradientModule(backendWith(wasm(memory))).sum(32, 256, 1, 3, 2, 1)
    expect([...values.subarray(64, 66)]).toEqual([9, 12])
  })

  it('writes nothing of its own there', () => {
    const memory = plain()
    gradientModule(backendWith({ asm: { memory } }))
    expect(new Uint8Array(memory.buffer).every((byte) => byte === 0)).toBe(true)
  })

  it('is instantiated once a memory', () => {
    const backend = backendWith({ asm: { memory: plain() } })
    expect(gradientModule(backend)).toBe(gradientModule(backend))
  })

  it('says so where the backend hides its memory', () => {
    expect(() => gradientModule(backendWith({}))).toThrow(/does not expose its memory/)
  })
})
