import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { fromLayersModel, type LayeredModel, type LayerInfo } from '@explainnet/core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { siseLayers } from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

type Tensor = tfl.SymbolicTensor
const { layers } = tfl
const on = (x: Tensor | Tensor[], layer: tfl.layers.Layer) => layer.apply(x) as Tensor
const conv = (x: Tensor, name: string, options: object = {}) =>
  on(x, layers.conv2d({ name, filters: 2, kernelSize: 3, padding: 'same', activation: 'relu', ...options }))
const pool = (x: Tensor) => on(x, layers.maxPooling2d({ poolSize: 2 }))
const headed = (input: Tensor, x: Tensor) =>
  fromLayersModel(
    tfl.model({ inputs: input, outputs: on(on(x, layers.globalAveragePooling2d({})), layers.dense({ units: 2 })) }),
  )
const found = (model: Parameters<typeof siseLayers>[0]) => siseLayers(model).map(({ name }) => name)

describe('siseLayers', () => {
  it('finds the last map of each block of a network of the VGG kind, dropout aside, and the last one', () => {
    const input = tfl.input({ shape: [32, 32, 3] })
    let x = conv(conv(input, 'block1a'), 'block1b')
    x = conv(pool(x), 'block2a')
    x = conv(pool(on(x, layers.dropout({ rate: 0.1 }))), 'block3a')
    x = conv(pool(conv(x, 'block3b')), 'block4a')
    expect(found(headed(input, x))).toEqual(['block1b', 'block2a', 'block3b', 'block4a'])
  })

  it('takes the output of a residual block where its branches stride side by side', () => {
    const input = tfl.input({ shape: [32, 32, 3] })
    const block = (x: Tensor, name: string, strides: number) => {
      const inner = conv(conv(x, `${name}-1`, { kernelSize: 1 }), `${name}-2`, { strides })
      const shortcut = conv(x, `${name}-0`, { kernelSize: 1, strides, activation: 'linear' })
      const sum = on([inner, shortcut], layers.add())
      return on(sum, layers.activation({ name: `${name}-out`, activation: 'relu' }))
    }
    const stem = conv(on(input, layers.zeroPadding2d({ padding: 1 })), 'stem', { strides: 2 })
    const x = block(block(block(stem, 'a', 1), 'b', 2), 'c', 2)
    expect(found(headed(input, x))).toEqual(['a-out', 'b-out', 'c-out'])
  })

  it('looks through padding before strided convolutions, as in MobileNet, and past squeeze-and-excitation', () => {
    const input = tfl.input({ shape: [32, 32, 3] })
    const stride = (x: Tensor, name: string) =>
      on(
        on(
          x,
          layers.zeroPadding2d({
            padding: [
              [0, 1],
              [0, 1],
            ] as never,
          }),
        ),
        layers.depthwiseConv2d({ name, kernelSize: 3, strides: 2, activation: 'relu' }),
      )
    const squeeze = (x: Tensor, side: number) => {
      const gate = on(on(x, layers.averagePooling2d({ poolSize: side })), layers.conv2d({ filters: 2, kernelSize: 1 }))
      return on([x, on(gate, layers.upSampling2d({ size: [side, side] }))], layers.multiply())
    }
    const first = conv(input, 'first')
    const second = conv(squeeze(conv(stride(first, 'down1'), 'inner'), 16), 'second')
    const third = conv(stride(second, 'down2'), 'third')
    expect(found(headed(input, third))).toEqual(['first', 'second', 'third'])
  })

  it('works along one axis, and does not take edges lost without padding for a drop', () => {
    const input = tfl.input({ shape: [40, 1] })
    const conv1d = (x: Tensor, name: string, options: object = {}) =>
      on(x, layers.conv1d({ name, filters: 2, kernelSize: 5, activation: 'relu', ...options }))
    const trimmed = conv1d(conv1d(input, 'one'), 'two')
    const strided = conv1d(trimmed, 'three', { strides: 2 })
    const last = conv1d(on(strided, layers.maxPooling1d({ poolSize: 2 })), 'four', { padding: 'same' })
    const out = on(on(last, layers.flatten()), layers.dense({ units: 2 }))
    expect(found(fromLayersModel(tfl.model({ inputs: input, outputs: out })))).toEqual(['two', 'three', 'four'])
  })

  it('goes by pooling layers where the input size is open', () => {
    const input = tfl.input({ shape: [null, null, 3] })
    expect(found(headed(input, conv(pool(conv(input, 'one')), 'two')))).toEqual(['one', 'two'])
  })

  it('finds the layers of a converted graph with branches, whose layers are operations', () => {
    const node = (name: string, type: string, sides: number[], ...from: string[]): LayerInfo => {
      const shape = [null, ...sides, 4]
      return { name, type, shape, calls: 1, spatial: sides.length > 0, from }
    }
    const layers = [
      node('image', 'Placeholder', [6, 6]),
      node('conv1', '_FusedConv2D', [6, 6], 'image'),
      node('conv2', '_FusedConv2D', [6, 6], 'conv1'),
      node('sum', 'AddV2', [6, 6], 'conv1', 'conv2'),
      node('pool', 'MaxPool', [3, 3], 'sum'),
      node('mean', 'Mean', [], 'pool'),
    ]
    expect(found({ layers: () => layers, outputs: [] } as unknown as LayeredModel)).toEqual(['sum'])
  })
})
