import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
// Registers the gradients.
import '@tensorflow/tfjs-layers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadGraph, numbers, weights } from '../../test/small-graph.ts'
import type { ScoreFunction } from '../api.ts'
import { fromFunction } from './function.ts'
import { fromGraphModel } from './graph-model.ts'
import { findGraphActivation, type GraphNode } from './graph-nodes.ts'

const weight = (name: string) => tf.tensor(weights[name]!.data, [...weights[name]!.shape])
const trunk = (x: tf.Tensor) =>
  tf.add(tf.conv2d(x as tf.Tensor4D, weight('w1') as tf.Tensor4D, 1, 'same'), weight('b1'))
const head = (conv1: tf.Tensor) => {
  const conv2 = tf.relu(tf.add(tf.conv2d(conv1 as tf.Tensor4D, weight('w2') as tf.Tensor4D, 1, 'same'), weight('b2')))
  const pooled = tf.mean(tf.maxPool(tf.add(conv1, conv2) as tf.Tensor4D, 2, 2, 'valid'), [1, 2])
  return tf.add(tf.matMul(pooled, weight('w3')), weight('b3'))
}

const score: ScoreFunction = Object.assign(
  (outputs: Record<string, tf.Tensor>) => tf.reshape(tf.slice(outputs['out']!, [0, 1], [-1, 1]), [-1]) as tf.Tensor1D,
  { space: 'logit' as const },
)
const inProbability: ScoreFunction = Object.assign((outputs: Record<string, tf.Tensor>) => score(outputs), {
  space: 'probability' as const,
})
const image = numbers([2, 6, 6, 2], 9)

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5) {
  expect(found.length).toBe(wanted.length)
  for (let i = 0; i < found.length; i++) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(tolerance)
}

describe.each(['cpu', 'wasm'])('fromGraphModel on %s', (backend) => {
  let model: ReturnType<typeof fromGraphModel>
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true)
    await tf.ready()
  })
  beforeEach(async () => {
    model = fromGraphModel(await loadGraph())
  })

  const plain = (finalActivation: 'softmax') =>
    fromFunction((x: tf.Tensor) => ({ out: head(trunk(x)) }), {
      inputs: [null, 6, 6, 2],
      outputs: { out: [null, 3] },
      finalActivation,
    })

  it('finds the softmax behind a Reshape, and predicts with and without it', async () => {
    expect(model.finalActivation).toBe('softmax')
    expect(model.inputs).toEqual([
      { name: 'image', shape: [null, 6, 6, 2], dtype: 'float32', axes: ['batch', 'height', 'width', 'channel'] },
    ])
    expect(model.outputs[0]).toMatchObject({ name: 'out', shape: [null, 3] })
    for (const space of ['logit', 'probability'] as const) {
      const wanted = await plain('softmax').predict({ input: image }, { space })
      const found = await model.predict({ image }, { space })
      expectClose(found['out']!.data, wanted['out']!.data)
    }
  })

  it('gives the gradient of the same network written in tf operations', async () => {
    for (const target of [score, inProbability]) {
      const wanted = await plain('softmax').scoreAndGradient({ input: image }, target)
      const found = await model.scoreAndGradient({ image }, target)
      expectClose(found.scores, wanted.scores)
      expectClose(found.gradients['image']!.data, wanted.gradients['input']!.data)
    }
  })

  it('gives activation and gradient at a node that a branch by-passes', async () => {
    const found = await model.layerScoreAndGradient({ image }, score, { name: 'conv1' })
    const at = await fromFunction(trunk, { inputs: [null, 6, 6, 2], outputs: [null, 6, 6, 4] }).predict(
      { input: image },
      { space: 'logit' },
    )
    expectClose(found.activation.data, at['output']!.data)
    expectClose((await model.activation({ image }, { name: 'conv1' })).data, at['output']!.data)
    const wanted = await fromFunction((x: tf.Tensor) => ({ out: head(x) }), {
      inputs: [null, 6, 6, 4],
      outputs: { out: [null, 3] },
    }).scoreAndGradient({ input: found.activation }, score)
    expectClose(found.scores, wanted.scores)
    expectClose(found.gradient.data, wanted.gradients['input']!.data)
    const deeper = await model.layerScoreAndGradient({ image }, inProbability, { name: 'conv2' })
    expect(deeper.gradient.shape).toEqual([2, 6, 6, 4])
  })

  it('lists its nodes in run order with their shapes, weights and shape arithmetic left out', () => {
    const layers = model.layers()
    expect(layers.map(({ name }) => name)).toEqual([
      'image',
      'conv1',
      'conv2',
      'sum',
      'pool',
      'mean',
      'logits',
      'softmax',
      'out',
    ])
    expect(layers.find(({ name }) => name === 'sum')).toEqual({
      name: 'sum',
      type: 'AddV2',
      shape: [null, 6, 6, 4],
      calls: 1,
      spatial: true,
      from: ['conv1', 'conv2'],
    })
    expect(layers.find(({ name }) => name === 'mean')).toMatchObject({ spatial: false, shape: [null, 4] })
  })

  it('runs no kernel for gradients of weights, fused or not', async () => {
    const { kernels } = await tf.profile(async () => {
      await model.scoreAndGradient({ image }, score)
      return tf.scalar(0)
    })
    const names = kernels.map(({ name }) => name)
    expect(names.filter((name) => name === 'FusedConv2D')).toHaveLength(1)
    expect(names.filter((name) => name === 'Conv2DBackpropInput')).toHaveLength(2)
    expect(names.filter((name) => /BackpropFilter/.test(name))).toEqual([])
    expect(names.filter((name) => name === '_FusedMatMul')).toHaveLength(1)
    // One product back: the weights' would be a second.
    expect(names.filter((name) => name === 'BatchMatMul')).toHaveLength(1)
  })

  it('tells a backward rule the node that runs', async () => {
    const seen: string[] = []
    await model.scoreAndGradient({ image }, score, {
      rule: ({ op, layer }) => {
        seen.push(`${layer?.name}:${op}`)
        return undefined
      },
    })
    expect(seen).toContain('conv1:FusedConv2D')
    expect(seen).toContain('conv2:Conv2D')
    expect(seen).toContain('conv2:Relu')
    expect(seen).toContain('logits:_FusedMatMul')
  })

  it('leaves no tensor behind, also when the score throws', async () => {
    const before = tf.memory().numTensors
    await model.predict({ image }, { space: 'logit' })
    await model.scoreAndGradient({ image }, score)
    await model.layerScoreAndGradient({ image }, score, { name: 'conv1' })
    await model.activation({ image }, { name: 'pool' })
    const broken = Object.assign(
      () => {
        throw new Error('no')
      },
      { space: 'logit' as const },
    )
    await expect(model.layerScoreAndGradient({ image }, broken, { name: 'conv1' })).rejects.toThrow('no')
    await expect(model.scoreAndGradient({ image }, broken)).rejects.toThrow('no')
    expect(tf.memory().numTensors).toBe(before)
  })

  it('changes its fingerprint with a weight and back', async () => {
    const parameters = model.parameters!()
    expect(parameters.map(({ layer, name }) => `${layer}/${name}`)).toEqual([
      'conv1/w1',
      'conv1/b1',
      'conv2/w2',
      'conv2/b2',
      'logits/w3',
      'logits/b3',
    ])
    const before = await model.fingerprint!()
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    const bias = parameters.at(-1)!
    const values = await bias.read()
    const logits = (await model.predict({ image }, { space: 'logit' }))['out']!
    bias.write(values.map((value) => value + 1))
    expect(await model.fingerprint!()).not.toBe(before)
    const moved = (await model.predict({ image }, { space: 'logit' }))['out']!
    expectClose(
      moved.data,
      logits.data.map((value) => value + 1),
    )
    bias.write(values)
    expect(await model.fingerprint!()).toBe(before)
  })

  it('takes open image sizes, and leaves them open in its layers', async () => {
    const open = fromGraphModel(await loadGraph([], [-1, -1, -1, 2]))
    expect(open.inputs[0]!.shape).toEqual([null, null, null, 2])
    expect(open.layers().find(({ name }) => name === 'pool')!.shape).toEqual([null, null, null, 4])
    expect(open.layers().find(({ name }) => name === 'mean')!.shape).toEqual([null, 4])
    const wide = numbers([1, 6, 10, 2], 11)
    const { gradient } = await open.layerScoreAndGradient({ image: wide }, score, { name: 'pool' })
    expect(gradient.shape).toEqual([1, 3, 5, 4])
  })

  it('does not take a softmax for the final one if its axis is not the last of the output', () => {
    const node = (name: string, op: string, inputs: GraphNode[]): GraphNode => ({
      name,
      op,
      category: '',
      inputs,
      inputNames: inputs.map((input) => input.name),
      children: [],
    })
    const flat = node('flat', 'Reshape', [node('softmax', 'Softmax', [node('logits', 'Conv2D', [])])])
    const sides: Record<string, number> = { logits: 3, softmax: 3, flat: 48 }
    expect(findGraphActivation(flat, [null, 48], (name) => sides[name])).toBeUndefined()
    expect(findGraphActivation(flat, [null, 48], () => 3)).toMatchObject({ logits: 'logits', node: 'softmax' })
  })

  it('refuses control flow, naming the node', async () => {
    const loaded = await loadGraph([{ name: 'choose', op: 'Where', input: ['out'], attr: {} }])
    expect(() => fromGraphModel(loaded)).toThrow(/'choose' is a Where/)
  })
})
