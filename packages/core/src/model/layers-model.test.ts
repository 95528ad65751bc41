import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { LayeredModel, NamedArrays, NDArray, ScoreFunction } from '../api.ts'
import { randomStream } from '../random.ts'
import { fromLayersModel } from './layers-model.ts'

const init = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.5, seed })

function array(shape: number[], seed = 1): NDArray {
  const stream = randomStream(seed)
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => stream.normal())
  return { shape, data }
}

const classScore = (index: number, space: 'logit' | 'probability' = 'logit', output?: string): ScoreFunction =>
  Object.assign(
    (outputs: Record<string, tf.Tensor>) => {
      const y = output ? outputs[output]! : Object.values(outputs)[0]!
      return tf.reshape(tf.slice(y, [0, index], [-1, 1]), [-1]) as tf.Tensor1D
    },
    { space },
  )

/** Central differences of the score in double-checked steps; only a few coordinates of each input. */
async function expectGradient(model: LayeredModel, inputs: NamedArrays, score: ScoreFunction, tolerance = 2e-2) {
  const { scores, gradients } = await model.scoreAndGradient(inputs, score)
  const at = async (changed: NamedArrays) => (await model.scoreAndGradient(changed, score)).scores
  expect(scores.length).toBe(Object.values(inputs)[0]!.shape[0])
  const h = 1e-2
  for (const [name, gradient] of Object.entries(gradients)) {
    const { shape, data } = inputs[name]!
    expect(gradient.shape).toEqual(shape)
    for (let k = 0; k < 6; k++) {
      const i = (k * 7919) % data.length
      const row = Math.floor((i * shape[0]!) / data.length)
      const moved = (d: number) => {
        const copy = data.slice()
        copy[i]! += d
        return { ...inputs, [name]: { shape, data: copy } }
      }
      const difference = ((await at(moved(h)))[row]! - (await at(moved(-h)))[row]!) / (2 * h)
      expect(Math.abs(gradient.data[i]! - difference)).toBeLessThan(tolerance * Math.max(1, Math.abs(difference)))
    }
  }
}

const smallCnn = () =>
  tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [6, 6, 2],
        filters: 3,
        kernelSize: 3,
        kernelInitializer: init(1),
        name: 'linear',
      }),
      tfl.layers.activation({ activation: 'tanh', name: 'tanh' }),
      tfl.layers.conv2d({
        filters: 4,
        kernelSize: 3,
        activation: 'relu',
        padding: 'same',
        kernelInitializer: init(2),
        name: 'conv',
      }),
      tfl.layers.flatten({ name: 'flatten' }),
      tfl.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: init(3), name: 'out' }),
    ],
  })

describe.each(['cpu', 'wasm'])('fromLayersModel on %s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true)
    await tf.ready()
  })

  it('gives the gradient of a class logit and of a class probability', async () => {
    const model = fromLayersModel(smallCnn())
    expect(model.finalActivation).toBe('softmax')
    const inputs = { [model.inputs[0]!.name]: array([2, 6, 6, 2]) }
    await expectGradient(model, inputs, classScore(1))
    await expectGradient(model, inputs, classScore(1, 'probability'))
  })

  it('leaves the softmax out in logit space and puts it back', async () => {
    const inner = smallCnn()
    const model = fromLayersModel(inner)
    const inputs = { [model.inputs[0]!.name]: array([2, 6, 6, 2]) }
    const before = tf.memory().numTensors
    const logits = Object.values(await model.predict(inputs, { space: 'logit' }))[0]!
    const probabilities = Object.values(await model.predict(inputs, { space: 'probability' }))[0]!
    const softmax = tf.tidy(() => tf.softmax(tf.tensor(logits.data, [2, 3])).dataSync())
    for (const [i, p] of probabilities.data.entries()) expect(p).toBeCloseTo(softmax[i]!, 5)
    expect(Object.hasOwn(inner.layers[0]!, 'call')).toBe(false)
    expect(tf.memory().numTensors).toBe(before)
  })
})
