import { useBackend } from '@explainnet/node'
import {
  type GradConfig,
  getGradient,
  mul,
  registerGradient,
  type Tensor,
  unregisterGradient,
} from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { run } from './program.ts'

beforeAll(async () => {
  await useBackend('wasm')
})
afterEach(() => vi.restoreAllMocks())

async function doctor(...args: string[]): Promise<{ code: number; out: string }> {
  let out = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  return { code: await run(['node', 'explainnet', 'doctor', ...args]), out }
}

describe('doctor', () => {
  it('finds the backend, one copy of tfjs-core and right numbers, and says how fast it is', async () => {
    const { code, out } = await doctor('--backend', 'wasm', '--json')
    const report = JSON.parse(out)
    expect(report).toMatchObject({ problems: [], absent: [], node: process.versions.node, tfjs: '4.22.0' })
    expect(report.tfjsCore).toHaveLength(1)
    expect(report.measured.length).toBeGreaterThan(5)
    const [{ name, rows, right, known, wrong, speed }] = report.backends
    expect(name).toBe('wasm')
    expect(rows).toBeGreaterThan(100)
    expect(right + known.length).toBe(rows)
    expect(wrong).toEqual([])
    expect(speed.gradient).toBeGreaterThan(0)
    expect(code).toBe(0)
  })

  it('names the operations whose gradient somebody replaced by a wrong one, and exits with 1', async () => {
    const right = getGradient('Relu')
    const wrong: GradConfig = {
      kernelName: 'Relu',
      inputsToSave: ['x'],
      gradFunc: (dy, [x]) => ({ x: () => mul(dy as Tensor, x!) }),
    }
    unregisterGradient('Relu')
    registerGradient(wrong)
    try {
      const { code, out } = await doctor('--backend', 'wasm')
      expect(out).toMatch(/activations\/relu +wrong +gradient: off by/)
      expect(out).not.toMatch(/activations\/elu/)
      expect(code).toBe(1)
    } finally {
      unregisterGradient('Relu')
      registerGradient(right)
    }
  })

  it('says why a backend that was asked for is not there, and exits with 1', async () => {
    const { code, out } = await doctor('--backend', 'tensorflow-gpu')
    expect(out).toMatch(/tensorflow-gpu is not there/)
    expect(code).toBe(1)
  })
})
