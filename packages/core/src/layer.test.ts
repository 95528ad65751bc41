import { describe, expect, it } from 'vitest'
import type { LayeredModel, LayerInfo } from './api.ts'
import { candidateLayers, findLayer } from './layer.ts'

function model(
  layers: [name: string, type: string, shape: (number | null)[], from?: string[]][],
  targetLayer?: string,
) {
  const infos = layers.map(
    ([name, type, shape, from], i): LayerInfo => ({
      name,
      type,
      shape: [null, ...shape],
      calls: name === 'shared' ? 2 : 1,
      spatial: shape.length > 1,
      from: from ?? (i === 0 ? [] : [layers[i - 1]![0]]),
    }),
  )
  return { layers: () => infos, outputs: [{ name: 'out' }], card: { targetLayer } } as unknown as LayeredModel
}

const network = model([
  ['input', 'InputLayer', [32, 32, 3]],
  ['conv1', 'Conv2D', [32, 32, 8]],
  ['norm1', 'BatchNormalization', [32, 32, 8]],
  ['relu1', 'Activation', [32, 32, 8]],
  ['pool1', 'MaxPooling2D', [16, 16, 8]],
  ['conv2', 'Conv2D', [16, 16, 8]],
  ['pool2', 'MaxPooling2D', [8, 8, 8]],
  ['drop', 'Dropout', [8, 8, 8]],
  ['flat', 'Flatten', [512]],
  ['out', 'Dense', [3]],
])

describe('the layer that CAM methods take', () => {
  it('is the last activated map before pooling or Flatten', () => {
    expect(findLayer(network, undefined)).toMatchObject({ layer: { name: 'conv2', call: 0 } })
    expect(findLayer(network, undefined).warning).toBeUndefined()
  })
  it('is the card’s where it names one, and the named one before that', () => {
    expect(
      findLayer(
        model(
          [
            ['input', 'InputLayer', [9, 9, 3]],
            ['a', 'Conv2D', [9, 9, 4]],
            ['b', 'Conv2D', [9, 9, 4]],
          ],
          'a',
        ),
        undefined,
      ).layer.name,
    ).toBe('a')
    expect(findLayer(network, 'relu1').layer.name).toBe('relu1')
    expect(findLayer(network, { name: 'relu1', call: 0 }).layer.call).toBe(0)
  })
  it('under 5×5 is taken with a warning that names the one before', () => {
    const small = model([
      ['input', 'InputLayer', [32, 32, 3]],
      ['big', 'Conv2D', [16, 16, 4]],
      ['tiny', 'Conv2D', [4, 4, 4]],
    ])
    expect(findLayer(small, undefined)).toMatchObject({
      layer: { name: 'tiny' },
      warning: expect.stringMatching(/4×4.*'big'.*16×16/),
    })
  })
  it('is none of those whose activation is a layer of its own, nor an output', () => {
    expect(candidateLayers(network).map((layer) => layer.name)).toEqual(['relu1', 'conv2'])
  })
  it('is refused when it is not there, naming the closest, or when there is none at all', () => {
    expect(() => findLayer(network, 'conv3')).toThrow(/'conv3'.*'conv1'/)
    expect(() => findLayer(network, { name: 'conv1', call: 1 })).toThrow('no call 1')
    expect(() =>
      findLayer(
        model([
          ['input', 'InputLayer', [4]],
          ['out', 'Dense', [2]],
        ]),
        undefined,
      ),
    ).toThrow('no layer with spatial axes')
  })
  it('of a shared layer is its last call unless told otherwise', () => {
    const shared = model([
      ['input', 'InputLayer', [9, 9, 3]],
      ['shared', 'Conv2D', [9, 9, 3]],
    ])
    expect(findLayer(shared, 'shared').layer.call).toBe(1)
    expect(findLayer(shared, { name: 'shared', call: 0 }).layer.call).toBe(0)
  })
})
