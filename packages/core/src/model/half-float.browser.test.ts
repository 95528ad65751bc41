import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgl'
import { registerGradients } from '@explainnet/gradients'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AttributionMethod, apiVersion, type ScoreFunction } from '../api.ts'
import { explain } from '../explain.ts'
import { fromFunction } from './function.ts'

beforeAll(() => {
  registerGradients()
  // What a phone without 32-bit render targets answers; read when the backend starts.
  tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', false)
  tf.env().set('WEBGL_CPU_FORWARD', false)
})

const use = async (backend: string) => {
  expect(await tf.setBackend(backend)).toBe(true)
  await tf.ready()
}

/** Its slope, 2·10⁻⁸, is less than half the smallest number of 16 bits. */
const gentle = () =>
  fromFunction((x) => tf.reshape(tf.sum(tf.mul(tf.mul(x, 1e-4), 2e-4), 1), [-1, 1]), {
    inputs: [null, 40],
    outputs: [null, 1],
  })
const score: ScoreFunction = Object.assign(
  (outputs: Record<string, tf.Tensor>) => tf.reshape(Object.values(outputs)[0]!, [-1]) as tf.Tensor1D,
  { space: 'logit' as const },
)
const gradient: AttributionMethod<'gradients'> = {
  name: 'gradient',
  apiVersion,
  needs: 'gradients',
  deterministic: true,
  options: {},
  async *attribute(task) {
    const [name] = Object.keys(task.inputs)
    for await (const { gradients } of task.gradients(task.originals)) {
      const data = gradients[name!]!
      yield { maps: { [name!]: { shape: [1, 40], data, axes: ['batch', 'feature'], domain: 'input' } } }
    }
  },
}
const warnings = async () => {
  const { certificate } = await explain(gentle(), input, gradient, { target: 0 })
  return certificate.warnings.map(({ code }) => code)
}
const input = { shape: [1, 40], data: new Float32Array(40).fill(500) }

describe('on WebGL with 16-bit floats', () => {
  it('a gradient that 16 bits cannot hold is still found', async () => {
    await use('webgl')
    const tfjs = tf.tidy(() =>
      tf
        .grad((x) => tf.sum(tf.mul(tf.mul(x, 1e-4), 2e-4)))(tf.tensor(input.data))
        .dataSync(),
    )
    expect(tfjs[0]).toBe(0)
    const model = gentle()
    const { gradients } = await model.scoreAndGradient({ [model.inputs[0]!.name]: input }, score)
    for (const value of gradients[model.inputs[0]!.name]!.data) expect(value / 2e-8).toBeCloseTo(1, 1)
  })

  it('a backward rule gets what it would get elsewhere', async () => {
    await use('webgl')
    const model = gentle()
    const seen: number[] = []
    const rule = ({ op }: { op: string }, dy: tf.Tensor) => {
      if (op === 'Reshape') seen.push(dy.dataSync()[0]!)
      return undefined
    }
    await model.scoreAndGradient({ [model.inputs[0]!.name]: input }, score, { rule })
    expect(seen[0]).toBe(1)
  })

  it('the certificate warns where gradients were taken', async () => {
    await use('webgl')
    expect(await warnings()).toContain('half-float')
  })

  it('and not on another backend', async () => {
    await use('cpu')
    expect(await warnings()).not.toContain('half-float')
  })
})
