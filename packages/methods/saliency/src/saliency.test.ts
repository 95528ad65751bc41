import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import { type AttributionMap, explain, fromFunction } from '@explainnet/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { absolute, inputXGradient, maxOverChannels, saliency, sumOverChannels } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

const numbers = (values: Float32Array) => Array.from(values, (value) => Math.round(value * 1e5) / 1e5)
const rows = (...values: number[][]) => ({
  shape: [values.length, values[0]!.length],
  data: Float32Array.from(values.flat()),
})

/** Scores: 2a − 3b, a² + b², a·b, max(a, b). */
const functions = fromFunction(
  (x: tf.Tensor) => {
    const [a, b] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]
    return tf.concat(
      [tf.sub(tf.mul(2, a), tf.mul(3, b)), tf.add(tf.square(a), tf.square(b)), tf.mul(a, b), tf.maximum(a, b)],
      1,
    )
  },
  { inputs: [null, 2], outputs: [null, 4] },
)
const points = rows([1, 2], [-3, 0.5])

describe('saliency', () => {
  it.each([
    ['a linear function', 0, [2, -3, 2, -3]],
    ['a quadratic function', 1, [2, 4, -6, 1]],
    ['a product', 2, [2, 1, 0.5, -3]],
    ['a maximum', 3, [0, 1, 0, 1]],
  ])('is the signed gradient of %s', async (_, target, expected) => {
    const { values, certificate } = await explain(functions, points, saliency(), { target })
    expect(numbers(values)).toEqual(expected)
    expect(certificate.method.spec).toEqual({ module: '@explainnet/saliency', export: 'saliency', options: {} })
  })

  it('gives a map for each real-valued input and none for an integer one', async () => {
    const model = fromFunction(
      ({ a, b, i }: tf.NamedTensorMap) =>
        tf.sum(tf.mul(tf.mul(a!, tf.cast(i!, 'float32')), tf.sum(b!, 1, true)), 1, true),
      {
        inputs: { a: [null, 2], b: [null, 3], i: { shape: [null, 2], dtype: 'int32' } },
        outputs: [null, 1],
      },
    )
    const input = { a: rows([1, 2]), b: rows([1, 1, 2]), i: rows([3, 5]) }
    const { maps } = await explain(model, input, saliency(), { target: 0 })
    expect(Object.keys(maps)).toEqual(['a', 'b'])
    expect(numbers(maps['a']!.data)).toEqual([12, 20])
    expect(numbers(maps['b']!.data)).toEqual([13, 13, 13])
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    await explain(functions, points, saliency())
    await expect(explain(functions, points, saliency(), { target: 9 })).rejects.toMatchObject({
      code: 'index-out-of-range',
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has no options, and says so', () => {
    expect(() => saliency({ steps: 3 } as never)).toThrow(/has no option 'steps'/)
  })
})

describe('inputXGradient', () => {
  it('adds up to the score of a linear function without bias', async () => {
    const { values, certificate } = await explain(functions, points, inputXGradient(), { target: 0 })
    expect(numbers(values)).toEqual([2, -6, -6, -1.5])
    expect(values[0]! + values[1]!).toBeCloseTo(certificate.targets[0]!.score, 5)
  })

  it('takes |gradient| × input with `absolute`, which keeps the sign of the input', async () => {
    const { values, certificate } = await explain(functions, points, inputXGradient({ absolute: true }), { target: 0 })
    expect(numbers(values)).toEqual([2, 6, -6, 1.5])
    expect(certificate.method.spec?.options).toEqual({ absolute: true })
  })
})

describe('the reductions', () => {
  const map: AttributionMap = {
    shape: [1, 2, 1, 3],
    data: Float32Array.of(1, -5, 2, 0, -0.5, 0.25),
    axes: ['batch', 'height', 'width', 'channel'],
    domain: 'input',
  }

  it('absolute drops the sign and nothing else', () => {
    expect(absolute(map)).toEqual({ ...map, data: Float32Array.of(1, 5, 2, 0, 0.5, 0.25) })
  })

  it('maxOverChannels keeps the largest magnitude of each position', () => {
    expect(maxOverChannels(map)).toEqual({
      shape: [1, 2, 1],
      data: Float32Array.of(5, 0.5),
      axes: ['batch', 'height', 'width'],
      domain: 'spatial',
    })
  })

  it('sumOverChannels keeps sign and total', () => {
    expect(sumOverChannels(map).data).toEqual(Float32Array.of(-2, -0.25))
  })

  it('refuse a map without channels', () => {
    const flat: AttributionMap = {
      shape: [1, 2],
      data: new Float32Array(2),
      axes: ['batch', 'feature'],
      domain: 'input',
    }
    expect(() => maxOverChannels(flat)).toThrow(/no channel axis/)
  })
})
