import { layers, sequential } from '@tensorflow/tfjs-layers'
import type { Network } from './network.ts'

const conv = (name: string, filters: number, first = {}) =>
  layers.conv2d({ name, filters, kernelSize: 3, padding: 'same', activation: 'relu', ...first })

/** The histology network: four convolutions at 224², the reference of the project. */
export const hmt: Network = {
  name: 'hmt',
  title: 'HMT network, 224²',
  shape: [224, 224, 3],
  range: [0, 1],
  card: { name: 'hmt', input: { size: [224, 224] } },
  weights: 'seeds/HMT.h5',
  images: 'hmt/HMT_test',
  build: () =>
    sequential({
      layers: [
        conv('conv2d', 32, { inputShape: [224, 224, 3] }),
        conv('conv2d_1', 32),
        layers.maxPooling2d({ poolSize: 2 }),
        conv('conv2d_2', 64),
        conv('conv2d_3', 64),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.globalAveragePooling2d({}),
        layers.dense({ name: 'dense', units: 8, activation: 'softmax' }),
      ],
    }),
}
