import { explain, fromFunction } from '@explainnet/core'
import { useBackend } from '@explainnet/node'
import { describeMethod } from '@explainnet/testing/vitest'
import { matMul, type Tensor, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { myMethod } from '../src/index.ts'

beforeAll(async () => void (await useBackend('wasm')))

describeMethod(() => myMethod(), { factory: myMethod, load: () => import('../src/index.ts') })

it('gives each feature of a linear score its weight times its value', async () => {
  const model = fromFunction((x: Tensor) => matMul(x, tensor2d([2, -3], [2, 1])), {
    inputs: [null, 2],
    outputs: [null, 1],
  })
  const input = { shape: [1, 2], data: Float32Array.of(5, 7) }
  const { values } = await explain(model, input, myMethod(), { target: 0, space: 'logit' })
  expect([...values]).toEqual([10, -21])
})
