import '@tensorflow/tfjs-backend-webgl'
import '@tensorflow/tfjs-backend-webgpu'
import { registerGradients } from '@explainnet/gradients'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { expectGradients } from '../test/expect-gradients.ts'

beforeAll(() => {
  setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/')
  registerGradients()
})

it.each(['wasm', 'webgl', 'webgpu'])(
  'targets have the gradients of their formulas on %s in a browser',
  async (backend) => {
    expect(await tf.setBackend(backend)).toBe(true)
    await expectGradients()
  },
)
