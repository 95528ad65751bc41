import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import {
  type AttributionMethod,
  type BackwardRule,
  type BaselineOption,
  explain,
  fromLayersModel,
  inputMaps,
  type LayeredModel,
} from '@explainnet/core'
import { registerGradients } from '@explainnet/gradients'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { conformanceChecks } from '../conformance.ts'
import { normals } from '../models/networks.ts'

registerGradients()
beforeAll(async () => {
  await tf.setBackend('wasm')
})

/** Δout ÷ Δin, and the operation's own slope where Δin is too small to divide by. */
const rescale: BackwardRule = ({ op, inputs, output, attrs, paired }, dy) => {
  if (op === 'MaxPool')
    return { x: () => poolRelevance(inputs['x']!, paired!.inputs['x']!, attrs, output, paired!.output, dy) }
  if (op !== 'Relu' && op !== 'Tanh') return undefined
  const x = inputs['x']!
  return {
    x: () => {
      const difference = tf.sub(x, paired!.inputs['x']!)
      const slope = op === 'Relu' ? tf.step(x) : tf.sub(1, tf.square(output))
      const small = tf.less(tf.abs(difference), 1e-6)
      const safe = tf.where(small, tf.onesLike(difference), difference)
      return tf.mul(dy, tf.where(small, slope, tf.div(tf.sub(output, paired!.output), safe)))
    },
  }
}

/**
 * Max pooling by cross-maximum: with the larger of both outputs as z, out − z is owed to the baseline's own maximum and
 * z − baseline's to the input's. Divided by Δin of the position, accumulated over overlapping windows.
 */
function poolRelevance(
  x: tf.Tensor,
  base: tf.Tensor,
  attrs: Readonly<Record<string, unknown>>,
  out: tf.Tensor,
  outBase: tf.Tensor,
  dy: tf.Tensor,
): tf.Tensor {
  // A tape cannot be started within a pass, so that tf.grad is out of reach; the kernel is not.
  const back = (input: tf.Tensor, output: tf.Tensor, gradient: tf.Tensor) =>
    tf.engine().runKernel('MaxPoolGrad', { dy: gradient, input, output }, attrs as never) as tf.Tensor
  const cross = tf.maximum(out, outBase)
  const owed = tf.add(
    back(x, out, tf.mul(dy, tf.sub(cross, outBase))),
    back(base, outBase, tf.mul(dy, tf.sub(out, cross))),
  )
  const difference = tf.sub(x, base)
  const small = tf.less(tf.abs(difference), 1e-7)
  return tf.where(small, tf.zerosLike(owed), tf.div(owed, tf.where(small, tf.onesLike(difference), difference)))
}

const deepLift = (baseline: BaselineOption): AttributionMethod<'gradients'> => ({
  apiVersion: 1,
  name: 'deep-lift',
  needs: 'gradients',
  deterministic: true,
  options: {},
  axioms: ['completeness', 'dummy'],
  async *attribute(task) {
    const [from] = await task.baselines(baseline)
    const maps = inputMaps(task)
    const reference = {
      ...task.originals,
      fill(row: number, into: Readonly<Record<string, Float32Array>>) {
        for (const [name, values] of Object.entries(into)) {
          values.set(from!.inputs[name]!.data.subarray(row * values.length, (row + 1) * values.length))
        }
      },
    }
    for await (const { row, gradients } of task.gradients(task.originals, { rule: rescale, reference })) {
      for (const [name, { data }] of Object.entries(maps)) {
        const multipliers = gradients[name]!
        const start = row * multipliers.length
        multipliers.forEach((multiplier, i) => {
          data[start + i] = multiplier * (task.inputs[name]!.data[start + i]! - from!.inputs[name]!.data[start + i]!)
        })
      }
    }
    yield { maps }
  },
})

function network(pool: { poolSize: number; strides: number } | undefined, activation: 'relu' | 'tanh'): LayeredModel {
  const random = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.4, seed })
  const layers: tfl.layers.Layer[] = [
    tfl.layers.conv2d({
      inputShape: [7, 7, 2],
      filters: 4,
      kernelSize: 3,
      activation,
      kernelInitializer: random(1),
      biasInitializer: random(2),
    }),
    ...(pool ? [tfl.layers.maxPooling2d(pool)] : []),
    tfl.layers.conv2d({
      filters: 3,
      kernelSize: 2,
      activation,
      kernelInitializer: random(3),
      biasInitializer: random(4),
    }),
    tfl.layers.flatten(),
    tfl.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: random(5) }),
  ]
  return fromLayersModel(tfl.sequential({ layers }))
}

describe('DeepLIFT through paired rows', () => {
  it.each([
    ['convolutions with ReLU', network.bind(null, undefined, 'relu')],
    ['convolutions with tanh', network.bind(null, undefined, 'tanh')],
    ['conv, ReLU, max pooling', network.bind(null, { poolSize: 2, strides: 2 }, 'relu')],
    ['conv, ReLU, overlapping max pooling', network.bind(null, { poolSize: 3, strides: 1 }, 'relu')],
  ])('adds up to f(x) − f(b) for random baselines that are not constant: %s', async (_, make) => {
    const model = make()
    for (const seed of [1, 2, 3]) {
      const inputs = normals([5, 7, 7, 2], seed)
      const baseline = { inputs: normals([5, 7, 7, 2], 100 + seed) }
      const before = tf.memory().numTensors
      const { values, certificate } = await explain(model, inputs, deepLift(baseline), { target: 2, maxChunk: 3 })
      expect(tf.memory().numTensors).toBe(before)
      certificate.targets.forEach(({ score }, row) => {
        const total = values.subarray(row * 98, (row + 1) * 98).reduce((a, b) => a + b, 0)
        const difference = score - certificate.baselines[0]!.scores[row]!
        expect(Math.abs(total - difference)).toBeLessThan(1e-4 * Math.max(1, Math.abs(difference)))
      })
    }
  })

  it('gives an example the same multipliers whatever its batch mates are', async () => {
    const model = network({ poolSize: 2, strides: 2 }, 'relu')
    const inputs = normals([4, 7, 7, 2], 5)
    const together = await explain(model, inputs, deepLift({ value: 0.3 }), { target: 0 })
    for (let row = 0; row < 4; row++) {
      const data = inputs.data.slice(row * 98, (row + 1) * 98)
      const alone = await explain(model, { shape: [1, 7, 7, 2], data }, deepLift({ value: 0.3 }), { target: 0 })
      alone.values.forEach((value, i) => {
        expect(together.values[row * 98 + i]!).toBeCloseTo(value, 5)
      })
    }
  })

  describe('passes the conformance suite', () => {
    // Its rule knows ReLU, tanh and max pooling; the suite's closed forms have products, too, which it would have to split.
    for (const check of conformanceChecks(deepLift({ value: 0.2 }))) {
      if (check.about !== 'completeness')
        it(check.name, check.skipped ? (context) => context.skip('does not apply to the method') : check.run)
    }
  })
})
