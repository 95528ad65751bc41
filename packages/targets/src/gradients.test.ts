import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { registerGradients } from '@explainnet/gradients'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, it } from 'vitest'
import { expectGradients } from '../test/expect-gradients.ts'

beforeAll(() => {
  registerGradients()
})

it.each(['cpu', 'wasm'])('targets have the gradients of their formulas on %s', async (backend) => {
  await tf.setBackend(backend)
  await expectGradients()
})
