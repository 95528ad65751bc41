import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { expect } from 'vitest'

/** Selects a backend and makes sure that it is the one in use: `setBackend` keeps the old one silently where it fails. */
export async function use(backend: 'cpu' | 'wasm'): Promise<void> {
  await tf.setBackend(backend)
  await tf.ready()
  expect(tf.getBackend()).toBe(backend)
}

/** Numbers in [−1, 1) that depend on the index alone, the same on every machine. */
export function values(size: number, salt = 1): Float32Array {
  let state = (0x9e3779b9 ^ (salt * 0x85ebca6b)) >>> 0
  return Float32Array.from({ length: size }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >> 0) / 2 ** 31
  })
}

export const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** The largest difference, relative to the largest value of the reference. */
export function relativeError(actual: ArrayLike<number>, reference: ArrayLike<number>): number {
  expect(actual.length).toBe(reference.length)
  let scale = Number.MIN_VALUE
  let worst = 0
  for (let i = 0; i < reference.length; i++) {
    scale = Math.max(scale, Math.abs(reference[i]!))
    const difference = Math.abs(actual[i]! - reference[i]!)
    if (!(difference <= worst)) worst = difference
  }
  return worst / scale
}

/** What `compute` returns on the cpu backend and on wasm, as plain numbers; wasm stays selected. */
export async function onBoth(compute: () => tf.Tensor[]): Promise<{ cpu: Float32Array[]; wasm: Float32Array[] }> {
  const run = () => tf.tidy(() => compute().map((t) => t.dataSync() as Float32Array))
  await use('cpu')
  const cpu = run()
  await use('wasm')
  return { cpu, wasm: run() }
}

export async function expectSameOnBoth(compute: () => tf.Tensor[], tolerance = 1e-6): Promise<void> {
  const { cpu, wasm } = await onBoth(compute)
  for (let i = 0; i < cpu.length; i++) expect(relativeError(wasm[i]!, cpu[i]!)).toBeLessThan(tolerance)
}
