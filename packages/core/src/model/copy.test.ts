import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadGraph, numbers } from '../../test/small-graph.ts'
import type { LayeredModel } from '../api.ts'
import { fromGraphModel } from './graph-model.ts'
import { fromLayersModel } from './layers-model.ts'

const image = numbers([2, 6, 6, 2], 9)

function branching(): LayeredModel {
  const input = tfl.input({ shape: [6, 6, 2] })
  const shared = tfl.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation: 'relu' })
  const twice = shared.apply(tfl.layers.batchNormalization().apply(shared.apply(input))) as tfl.SymbolicTensor
  const inner = tfl.sequential({
    layers: [tfl.layers.flatten({ inputShape: [6, 6, 2] }), tfl.layers.dense({ units: 3 })],
  })
  const sum = tfl.layers.add().apply([twice, input]) as tfl.SymbolicTensor
  const logits = inner.apply(sum) as tfl.SymbolicTensor
  const output = tfl.layers.softmax().apply(logits) as tfl.SymbolicTensor
  return fromLayersModel(tfl.model({ inputs: input, outputs: output }))
}

const sequential = () =>
  fromLayersModel(
    tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, activation: 'relu' }),
        tfl.layers.batchNormalization(),
        tfl.layers.globalAveragePooling2d({}),
        tfl.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    }),
  )

const makers: Record<string, () => LayeredModel | Promise<LayeredModel>> = {
  'sequential network': sequential,
  'network with a shared layer and a nested model': branching,
  'converted graph': async () => fromGraphModel(await loadGraph()),
}

describe.each(Object.entries(makers))('The copy of a %s', (_, make) => {
  beforeAll(async () => {
    await tf.setBackend('cpu')
  })
  const values = async (model: LayeredModel) =>
    Object.values(await model.predict({ [model.inputs[0]!.name]: image }, { space: 'probability' }))[0]!.data

  it('predicts the same, and goes on doing so when the model changes', async () => {
    const model = await make()
    const before = await values(model)
    const copy = model.copy!()
    expect(await values(copy)).toEqual(before)
    for (const one of model.parameters!()) one.write((await one.read()).map((value) => value + 0.5))
    expect(await values(model)).not.toEqual(before)
    expect(await values(copy)).toEqual(before)
    copy.dispose()
  })

  it('is written without a trace in the model, whose fingerprint stays', async () => {
    const model = await make()
    const [before, hash] = [await values(model), await model.fingerprint!()]
    const copy = model.copy!()
    for (const one of copy.parameters!()) one.write((await one.read()).map((value) => value * 2 + 0.5))
    expect(await values(copy)).not.toEqual(before)
    copy.dispose()
    expect(await values(model)).toEqual(before)
    // The fingerprint is kept by the adapter: a new adapter's is computed from the weights as they are.
    const again = model.copy!()
    expect(await again.fingerprint!()).toBe(await model.fingerprint!())
    expect(await model.fingerprint!()).toBe(hash)
    again.dispose()
  })

  it('has no place to be loaded from, and leaves no tensor behind', async () => {
    const model = await make()
    await values(model)
    const { numTensors } = tf.memory()
    const copy = model.copy!()
    for (const one of copy.parameters!()) one.write(await one.read())
    await values(copy)
    expect(copy.spec).toBeUndefined()
    copy.dispose()
    expect(tf.memory().numTensors).toBe(numTensors)
  })
})
