import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

/** Selects a GPU backend and makes sure that it is the one in use. */
export async function useGpu(backend: 'webgl' | 'webgpu'): Promise<void> {
  await tf.setBackend(backend)
  await tf.ready()
  expect(tf.getBackend()).toBe(backend)
}
