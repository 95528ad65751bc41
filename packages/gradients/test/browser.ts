import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { relativeError } from './wasm.ts'

export type Gpu = 'webgl' | 'webgpu'

/** Selects a backend, makes sure that it is the one in use, and has it compute small tensors too, not only large ones. */
export async function useInBrowser(backend: Gpu | 'cpu'): Promise<void> {
  tf.env().set('WEBGL_CPU_FORWARD', false)
  tf.env().set('WEBGPU_CPU_FORWARD', false)
  await tf.setBackend(backend)
  await tf.ready()
  expect(tf.getBackend()).toBe(backend)
}

/** Compares what `compute` returns on a GPU backend, which stays selected, with the cpu backend; and sees that nothing is left. */
export async function expectAsOnCpu(backend: Gpu, compute: () => tf.Tensor[], tolerance = 1e-5): Promise<void> {
  const run = async () => {
    const tensors = tf.tidy(compute)
    const values = await Promise.all(tensors.map((t) => t.data()))
    tf.dispose(tensors)
    return values
  }
  await useInBrowser('cpu')
  const wanted = await run()
  await useInBrowser(backend)
  await run()
  const before = [tf.memory().numTensors, tf.backend().numDataIds()]
  const found = await run()
  expect([tf.memory().numTensors, tf.backend().numDataIds()]).toEqual(before)
  wanted.forEach((values, i) => {
    expect(relativeError(found[i]!, values)).toBeLessThan(tolerance)
  })
}
