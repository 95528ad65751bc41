import '@tensorflow/tfjs-backend-cpu'
import { dispose, type Tensor, tensor, zerosLike } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { type Fixture, fixture, fixtureNames } from '../test/fixture.ts'
import { readKeras } from './read-keras.ts'

/** The outputs for the inputs of a fixture, with the names of their layers. */
function outputsOf(network: LayersModel, { tensors }: Fixture): { name: string; output: Tensor }[] {
  const inputs = network.inputs.map(({ sourceLayer, dtype }) => {
    const stored = tensors[`in.${sourceLayer.name}`] ?? Object.values(tensors)[0]!
    return tensor(stored.data as Float32Array, [...stored.shape], dtype === 'int32' ? 'int32' : 'float32')
  })
  // Not predict: a model that is run within another takes another way through TensorFlow.js.
  const outputs = [network.apply(inputs, { training: false }) as Tensor | Tensor[]].flat()
  dispose(inputs)
  return outputs.map((output, i) => ({ name: network.outputs[i]!.sourceLayer.name, output }))
}

describe('computes what Keras computes', () => {
  it.each(fixtureNames)('%s', async (file) => {
    const given = fixture(file)
    const network = await readKeras(given.bytes, { architecture: given.architecture })
    // Keras rounds to 16 bits between layers then, TensorFlow.js does not.
    const bound = /float16/.test(file) ? 5e-3 : 1e-5
    const outputs = outputsOf(network, given)
    expect(outputs.length).toBe(Object.keys(given.tensors).filter((name) => name.startsWith('out.')).length)
    for (const [i, { name, output }] of outputs.entries()) {
      const wanted = given.tensors[`out.${i}`]!
      expect(output.shape, name).toEqual(wanted.shape)
      const far = ((await output.data()) as Float32Array).reduce(
        (most, value, k) => Math.max(most, Math.abs(value - wanted.data[k]!)),
        0,
      )
      expect(far, name).toBeLessThan(bound)
    }
    dispose(outputs.map(({ output }) => output))
    network.dispose()
  })
})

describe('given a network as architecture', () => {
  const first = (network: LayersModel) =>
    network.layers.flatMap(({ weights }) => weights.map((weight) => weight.read().dataSync()[0]))

  it('replaces its weights, and keeps all of them where the file does not fit', async () => {
    const { bytes, architecture } = fixture('keras-3.15-little-bare.weights.h5')
    const network = await readKeras(bytes, { architecture })
    const trained = first(network)
    for (const weight of network.layers.flatMap(({ weights }) => weights)) {
      const blank = zerosLike(weight.read())
      weight.write(blank)
      blank.dispose()
    }
    const blank = first(network)
    expect(blank).not.toEqual(trained)
    const other = fixture('keras-3.15-structure.keras')
    await expect(readKeras(other.bytes, { architecture: network })).rejects.toMatchObject({ code: 'bad-file' })
    expect(first(network)).toEqual(blank)
    expect(await readKeras(bytes, { architecture: network })).toBe(network)
    expect(first(network)).toEqual(trained)
    network.dispose()
  })
})
