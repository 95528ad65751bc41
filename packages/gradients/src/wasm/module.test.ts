import { describe, expect, it, vi } from 'vitest'
import { inputGradient, type Shape4 } from '../../test/naive.ts'
import { relativeError, sizeOf, values } from '../../test/wasm.ts'
import type { WasmBackend } from './backend.ts'
import { gradientModule } from './module.ts'

const backendWith = (wasm: object) => ({ wasm }) as WasmBackend
const plain = () => new WebAssembly.Memory({ initial: 4 })
const shared = () => new WebAssembly.Memory({ initial: 4, maximum: 65536, shared: true })

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

  it.each([
    ['with relaxed SIMD', plain, true],
    ['with relaxed SIMD in shared memory', shared, true],
    ['where the engine lacks relaxed SIMD', plain, false],
    ['where the engine lacks relaxed SIMD, in shared memory', shared, false],
  ])('multiplies as the definition does %s', (_, make, relaxed) => {
    const validate = vi.spyOn(WebAssembly, 'validate').mockReturnValue(relaxed)
    const memory = make()
    const module = gradientModule(backendWith({ wasmMemory: memory }))
    validate.mockRestore()
    const shapes = { x: [1, 6, 5, 9], w: [3, 3, 9, 4], y: [1, 6, 5, 4] } as Record<'x' | 'w' | 'y', Shape4>
    const [w, dy] = [values(sizeOf(shapes.w), 1), values(sizeOf(shapes.y), 2)]
    const at = { w: 1024, dy: 4096, dx: 8192, scratch: 16384 }
    const floats = new Float32Array(memory.buffer)
    floats.set(w, at.w / 4)
    floats.set(dy, at.dy / 4)
    module.winogradInputGradient(at.dy, at.w, at.dx, at.scratch, 1, 6, 5, 9, 6, 5, 4, 1, 1)
    const dx = floats.slice(at.dx / 4, at.dx / 4 + sizeOf(shapes.x))
    const geometry = { strides: [1, 1], pad: { top: 1, left: 1 } } as const
    expect(relativeError(dx, inputGradient(w, dy, shapes, geometry))).toBeLessThan(1e-6)
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
